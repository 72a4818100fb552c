// The slow twin of phaselens/forest: in every node every feature is sorted anew, every cut judged
// by the squares left on both sides.
import { tensor } from "phaselens/core";

/**
 * A tree on the samples that `counts` draws, as nodes level by level with the samples of each.
 * @param {import("phaselens/forest").RegressionData} data
 * @param {{ maxDepth: number, minimumLeaf?: number, featuresPerSplit?: number, counts?:
 *   ArrayLike<number>,
 *   rng?: import("phaselens/core").Rng }} options
 */
export function naiveTree(
  { x, target },
  { maxDepth, minimumLeaf = 1, featuresPerSplit = x.shape[1], counts, rng },
) {
  const [n, features] = x.shape;
  const draws = [];
  for (let k = 0; k < n; k++)
    for (let repeat = 0; repeat < (counts ? counts[k] : 1); repeat++) draws.push(k);
  const nodes = [{ samples: draws, depth: 0, feature: -1, threshold: 0, left: -1, value: 0 }];
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at];
    const mean = node.samples.reduce((sum, k) => sum + target[k], 0) / node.samples.length;
    node.value = mean;
    const constant = node.samples.every((k) => target[k] === target[node.samples[0]]);
    if (node.depth >= maxDepth || constant || node.samples.length < 2 * minimumLeaf) continue;
    const squares = node.samples.reduce((sum, k) => sum + (target[k] - mean) ** 2, 0);
    const order = rng ? rng.permutation(features) : Array.from({ length: features }, (_, f) => f);
    let best = { remaining: Infinity, feature: -1, threshold: 0 };
    for (let f = 0; f < features && (f < featuresPerSplit || best.feature < 0); f++) {
      const feature = order[f];
      const value = (k) => x.data[k * features + feature];
      const sorted = node.samples.slice().sort((a, b) => value(a) - value(b));
      const total = { count: sorted.length, sum: 0, squares: 0 };
      for (const k of sorted) {
        total.sum += target[k] - mean;
        total.squares += (target[k] - mean) ** 2;
      }
      let [sum, sumOfSquares] = [0, 0];
      for (let count = 1; count < sorted.length; count++) {
        const y = target[sorted[count - 1]] - mean;
        sum += y;
        sumOfSquares += y ** 2;
        const [lower, upper] = [value(sorted[count - 1]), value(sorted[count])];
        if (lower === upper || count < minimumLeaf || sorted.length - count < minimumLeaf) continue;
        const below = sumOfSquares - sum ** 2 / count;
        const above = total.squares - sumOfSquares - (total.sum - sum) ** 2 / (total.count - count);
        if (below + above < best.remaining - 1e-12 * squares) {
          best = { remaining: below + above, feature, threshold: lower + (upper - lower) / 2 };
        }
      }
    }
    if (best.feature < 0) continue;
    const goesLeft = (k) => x.data[k * features + best.feature] <= best.threshold;
    Object.assign(node, { feature: best.feature, threshold: best.threshold, left: nodes.length });
    for (const side of [true, false]) {
      const samples = node.samples.filter((k) => goesLeft(k) === side);
      nodes.push({ samples, depth: node.depth + 1, feature: -1, threshold: 0, left: -1, value: 0 });
    }
  }
  return nodes;
}

/**
 * A table like the paper's observables at 140 couplings κ: two order parameters, then correlators
 * that occur twice, G(t) = G(16 − t). Values are multiples of 2⁻¹⁴, which single precision holds
 * too, so that there are ties.
 * @param {number} n  @param {import("phaselens/core").Rng} rng
 */
export function observablesLike(n, rng) {
  const features = 18;
  const x = tensor([n, features]);
  const target = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const kappa = -0.35 + 0.005 * (k % 140);
    target[k] = kappa;
    const order = (over) => Math.sqrt(4 * Math.max(0, over)) + 0.02 * Math.abs(rng.normal());
    const numbers = [order(kappa - 0.17), order(-kappa - 0.19)];
    for (let t = 0; t <= 8; t++)
      numbers.push(
        Math.abs((2 * Math.abs(kappa)) ** t * (1 + 0.1 * rng.normal()) + 0.02 * rng.normal()),
      );
    for (let t = 9; t < 16; t++) numbers.push(numbers[2 + 16 - t]);
    numbers.forEach(
      (value, f) => (x.data[k * features + f] = Math.round(value * 2 ** 14) / 2 ** 14),
    );
  }
  return { x, target };
}
