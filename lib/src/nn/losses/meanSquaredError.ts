import { linearOutput } from "./linearOutput.js";
import type { LibraryLoss } from "./loss.js";
import { partOfMean } from "../../core/weights.js";

/** L = (1/out) Σ_j (z_j − t_j)². */
export const meanSquaredError: LibraryLoss = Object.freeze<LibraryLoss>({
  ...linearOutput,
  name: "mean squared error",
  spec: { type: "meanSquaredError" },
  option: "squared-error",
  value(z, target, n, out, into) {
    for (let s = 0; s < n; s++) {
      let loss = 0;
      for (let j = 0; j < out; j++) loss += (z[s * out + j] - target[s * out + j]) ** 2;
      into[s] = loss / out;
    }
  },
  gradient(z, target, n, out, into) {
    for (let p = 0; p < n * out; p++) into[p] = (2 / out) * (z[p] - target[p]);
  },
  hessianProduct(_z, _target, v, n, out, into) {
    for (let p = 0; p < n * out; p++) into[p] = (2 / out) * v[p];
  },
  factors: (out) => out,
  factor(_z, _target, k, n, out, into) {
    into.fill(0, 0, n * out);
    for (let s = 0; s < n; s++) into[s * out + k] = Math.sqrt(2 / out);
  },
  // the variance; about the mean, since ⟨t²⟩ − ⟨t⟩² cancels where the mean is large
  constantRisk(target, weights) {
    const [n, out] = target.shape;
    const part = partOfMean(n, weights);
    const sample = (p: number): number => Math.floor(p / out);
    const means = new Float64Array(out);
    for (let p = 0; p < target.data.length; p++) means[p % out] += part(target.data[p], sample(p));
    return target.data.reduce(
      (risk, value, p) => risk + part((value - means[p % out]) ** 2 / out, sample(p)),
      0,
    );
  },
});
