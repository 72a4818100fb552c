import { logistic } from "../../nn/losses/logistic.js";

/**
 * What makes a response of a margin:
 *
 * - "identity": the margin itself,
 * - "logistic": 1/(1 + e^−m), each output on its own,
 * - "softmax": e^m_k / Σ_j e^m_j,
 * - "exponential": e^m (counts, rates, positive values),
 * - "tanh": tanh m, from −1 for background to 1 for signal (TMVA's gradient boosting).
 */
export type Link = "identity" | "logistic" | "softmax" | "exponential" | "tanh";

const single: Readonly<Record<Exclude<Link, "softmax">, (m: number) => number>> = {
  identity: (m) => m,
  logistic,
  exponential: Math.exp,
  tanh: Math.tanh,
};

/** Responses of margins, both [n, outputs] row by row. */
export function responses(
  margins: Float64Array,
  outputs: number,
  link: Link,
  slope: number,
): Float64Array {
  if (link === "identity" && slope === 1) return margins.slice();
  if (link !== "softmax") return margins.map((m) => single[link](slope * m));
  const found = new Float64Array(margins.length);
  for (let from = 0; from < margins.length; from += outputs) {
    let largest = -Infinity;
    for (let k = 0; k < outputs; k++) largest = Math.max(largest, slope * margins[from + k]);
    let sum = 0;
    for (let k = 0; k < outputs; k++)
      sum += found[from + k] = Math.exp(slope * margins[from + k] - largest);
    for (let k = 0; k < outputs; k++) found[from + k] /= sum;
  }
  return found;
}
