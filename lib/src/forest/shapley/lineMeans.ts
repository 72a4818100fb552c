import { responses, type Link } from "../ensemble/link.js";
import { gaussLegendre } from "./quadrature.js";

const { points, weights } = gaussLegendre(16);

/**
 * Mean derivatives of the responses p by the margins m on the straight line from one vector of
 * margins to another:
 *
 *   J_kl = ∫₀¹ ∂p_k/∂m_l (m₀ + t (m₁ − m₀)) dt,   Σ_l J_kl (m₁ − m₀)_l = p_k(m₁) − p_k(m₀)
 *
 * With them contributions to margins become contributions to responses. For one output J is the
 * difference quotient of the link, which is what `shap` does for probabilities; what the integral
 * of a softmax (16 points) misses of the difference is added along the line.
 * @param into  [outputs, outputs]
 */
export function lineMeans(
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  link: Link,
  slope: number,
  into: Float64Array,
): void {
  const outputs = from.length;
  into.fill(0);
  const respond = (m: ArrayLike<number>): Float64Array =>
    responses(Float64Array.from(m), outputs, link, slope);
  const [begin, end] = [respond(from), respond(to)];
  if (link !== "softmax") {
    for (let k = 0; k < outputs; k++) {
      const change = to[k] - from[k];
      into[k * outputs + k] =
        change !== 0 ? (end[k] - begin[k]) / change : slope * derivative(link, end[k]);
    }
    return;
  }
  const change = Float64Array.from(from, (m, k) => to[k] - m);
  for (let q = 0; q < points.length; q++) {
    const p = respond(change.map((d, k) => from[k] + points[q] * d));
    for (let k = 0; k < outputs; k++)
      for (let l = 0; l < outputs; l++)
        into[k * outputs + l] += weights[q] * slope * p[k] * ((k === l ? 1 : 0) - p[l]);
  }
  const length = change.reduce((sum, d) => sum + d * d, 0);
  for (let k = 0; k < outputs && length > 0; k++) {
    let missed = end[k] - begin[k];
    for (let l = 0; l < outputs; l++) missed -= into[k * outputs + l] * change[l];
    for (let l = 0; l < outputs; l++) into[k * outputs + l] += (missed * change[l]) / length;
  }
}

/** Derivative of a link where the response is p. */
function derivative(link: Exclude<Link, "softmax">, p: number): number {
  if (link === "logistic") return p * (1 - p);
  if (link === "exponential") return p;
  return link === "tanh" ? 1 - p * p : 1;
}
