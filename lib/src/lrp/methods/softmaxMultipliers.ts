import { eachLine, linesAlong } from "../../nn/layers/axisLines.js";
import type { SoftmaxLayer } from "../../nn/layers/layer.js";
import type { Compared, HandBack } from "./compared.js";

/**
 * Softmax along an axis as y = e^u, u_k = x_k − L, L = log S, S = Σ e^{x_k}, each by the rescale
 * rule (its parts one after the other, as shap's DeepExplainer does; Shrikumar et al. 2017):
 *
 *   m_k = h_k − w_k Σ_i h_i, h_i = (Δy_i/Δu_i) g_i, w_k = (ΔL/ΔS) (Δe^{x_k}/Δx_k)
 *
 * and h = g for its logarithm. Σ m Δx = Σ g Δy, and m is the gradient where Δx → 0.
 */
export function throughSoftmax(
  { axis, log }: SoftmaxLayer,
  { evaluator, reference, visit, m }: Compared,
): HandBack {
  const { inputs, output, targets } = visit;
  const [x, x0] = [evaluator, reference].map(({ values }) => values[inputs[0]]);
  const lines = linesAlong(evaluator.shapes[output], axis);
  const { stride, length } = lines;
  const [h, slopes] = [new Float64Array(length), new Float64Array(length)];
  const [target] = targets;
  return (batch) =>
    eachLine(lines, batch, (first, end) => {
      const before = first % x0.length;
      const size = largest(x, first, end, stride);
      const sizeBefore = largest(x0, before, before + length * stride, stride);
      const top = Math.max(size, sizeBefore);
      let [sum, sumBefore, own, ownBefore] = [0, 0, 0, 0];
      for (let k = 0; k < length; k++) {
        const [a, b] = [x[first + k * stride], x0[before + k * stride]];
        sum += Math.exp(a - top);
        sumBefore += Math.exp(b - top);
        own += Math.exp(a - size);
        ownBefore += Math.exp(b - sizeBefore);
        slopes[k] = slopeOfExp(a - top, b - top);
      }
      const [L, L0] = [size + Math.log(own), sizeBefore + Math.log(ownBefore)];
      const close = Math.abs(sum - sumBefore) <= CLOSE * (sum + sumBefore);
      const ofSum = close ? 2 / (sum + sumBefore) : (L - L0) / (sum - sumBefore);
      let all = 0;
      for (let k = 0; k < length; k++) {
        const p = first + k * stride;
        h[k] = log ? m[p] : m[p] * slopeOfExp(x[p] - L, x0[before + k * stride] - L0);
        all += h[k];
      }
      for (let k = 0; k < length; k++) target[first + k * stride] = h[k] - ofSum * slopes[k] * all;
    });
}

/** Below this difference, relative to what is compared, quotients of differences are rounding. */
const CLOSE = 1e-7;

/** (e^a − e^b) / (a − b), e^a where they are equal. */
function slopeOfExp(a: number, b: number): number {
  const d = -Math.abs(a - b);
  const larger = Math.exp(Math.max(a, b));
  return d === 0 ? larger : (larger * Math.expm1(d)) / d;
}

function largest(x: Float64Array, first: number, end: number, stride: number): number {
  let found = -Infinity;
  for (let p = first; p < end; p += stride) if (x[p] > found) found = x[p];
  return found;
}
