import { responses } from "../ensemble/link.js";
import { margins } from "../ensemble/margins.js";
import type { TreeEnsemble } from "../ensemble/treeEnsemble.js";
import { addDeviation } from "./deviation.js";
import { mixed } from "./mixed.js";
import { lineMeans } from "./lineMeans.js";
import { addPair } from "./pairwise.js";
import type { Samples } from "./samples.js";

/**
 * Interventional Shapley values pair by pair of sample and background, as means over the background
 * with their standard errors (what a bootstrap of the background converges to).
 *
 * Of responses each pair's contributions to margins are scaled so that they add up to the
 * difference of its responses (`lineMeans`).
 */
export function addPairs(
  model: TreeEnsemble,
  { x, n }: Samples,
  background: Samples,
  linked: boolean,
): { parts: Float64Array; error: Float64Array; bias: Float64Array } {
  const { outputs, features, members, aggregate, link, slope } = model;
  const size = outputs * features;
  const [parts, squares] = [new Float64Array(n * size), new Float64Array(n * size)];
  const [own, ground] = [margins(model, x, n), margins(model, background.x, background.n)];
  const scale = aggregate === "mean" ? members.length : 1;
  const side = new Uint8Array(features);
  const into = new Float64Array(size);
  const means = new Float64Array(outputs * outputs);
  for (let s = 0; s < n; s++) {
    const [mean, square] = [parts, squares].map((all) => all.subarray(s * size, (s + 1) * size));
    const to = own.subarray(s * outputs, (s + 1) * outputs);
    for (let b = 0; b < background.n; b++) {
      into.fill(0);
      const walk = { x, from: s * features, z: background.x, other: b * features };
      for (const tree of members) addPair({ ...walk, tree, side, into, features });
      for (let k = 0; k < size; k++) into[k] /= scale;
      if (linked) {
        lineMeans(ground.subarray(b * outputs, (b + 1) * outputs), to, link, slope, means);
        into.set(mixed(means, into, outputs, features));
      }
      addDeviation(into, b, mean, square);
    }
  }
  const bias = new Float64Array(outputs);
  (linked ? responses(ground, outputs, link, slope) : ground).forEach(
    (m, k) => (bias[k % outputs] += m / background.n),
  );
  return { parts, error: squares.map((sum) => Math.sqrt(sum) / background.n), bias };
}
