import { logistic, logOnePlusExp } from "./logistic.js";
import type { LibraryLoss } from "./loss.js";
import { sigmoidOutput } from "./sigmoidOutput.js";
import { partOfMean } from "../../core/weights.js";

/**
 * L = (1/out) Σ_j [log(1 + e^{z_j}) − t_j z_j], the cross-entropy of independent yes-or-no labels
 * t_j ∈ [0, 1] whose logits are z_j. For one output it is `softmaxCrossEntropy` of two with z = z₁
 * − z₀.
 */
export const logisticLoss: LibraryLoss = Object.freeze<LibraryLoss>({
  ...sigmoidOutput,
  name: "logistic",
  spec: { type: "logisticLoss" },
  option: "logistic",
  value(z, target, n, out, into) {
    for (let s = 0; s < n; s++) {
      let loss = 0;
      // as (1 − t) log(1 + e^z) + t log(1 + e^−z) a confident prediction keeps its digits
      for (let p = s * out; p < (s + 1) * out; p++) {
        loss += (1 - target[p]) * logOnePlusExp(z[p]) + target[p] * logOnePlusExp(-z[p]);
      }
      into[s] = loss / out;
    }
  },
  gradient(z, target, n, out, into) {
    for (let p = 0; p < n * out; p++) {
      into[p] = ((1 - target[p]) * logistic(z[p]) - target[p] * logistic(-z[p])) / out;
    }
  },
  hessianProduct(z, _target, v, n, out, into) {
    for (let p = 0; p < n * out; p++) into[p] = (logistic(z[p]) * logistic(-z[p]) * v[p]) / out;
  },
  factors: (out) => out,
  factor(z, _target, k, n, out, into) {
    into.fill(0, 0, n * out);
    for (let s = 0; s < n; s++) {
      const p = s * out + k;
      into[p] = Math.sqrt((logistic(z[p]) * logistic(-z[p])) / out);
    }
  },
  constantRisk(target, weights) {
    const [n, out] = target.shape;
    const part = partOfMean(n, weights);
    let risk = 0;
    for (let j = 0; j < out; j++) {
      let share = 0;
      for (let s = 0; s < n; s++) share += part(target.data[s * out + j], s);
      for (const p of [share, 1 - share]) if (p > 0) risk -= (p * Math.log(p)) / out;
    }
    return risk;
  },
});
