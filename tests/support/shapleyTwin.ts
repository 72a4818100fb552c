import type { DecisionTree, TreeEnsemble } from "phaselens/internal/forest/ensemble/treeEnsemble";
import { goesLeft } from "phaselens/internal/forest/ensemble/decide";

/** v(S) of one output of a tree. */
type Game = (known: number) => number;

/** Mean over leaves by their covers, the sample deciding where the feature is known (Alg. 1). */
function expectation(tree: DecisionTree, k: number, x: Float64Array, known: number): number {
  const below = (node: number): number => {
    const { left, right, feature, value, width, cover } = tree;
    if (left[node] < 0) return value[node * width + k];
    if ((known >> feature[node]) & 1)
      return below(goesLeft(tree, node, x[feature[node]]) ? left[node] : right[node]);
    const [l, r] = [cover![left[node]], cover![right[node]]];
    const part = l + r > 0 ? l / (l + r) : 0.5;
    return part * below(left[node]) + (1 - part) * below(right[node]);
  };
  return below(0);
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
const size = (set: number): number => (set === 0 ? 0 : (set & 1) + size(set >> 1));

/** Shapley values of a game of M players, all 2^M sets. */
function shapleyOf(game: Game, players: number): number[] {
  const values = Array.from({ length: 2 ** players }, (_, set) => game(set));
  return Array.from({ length: players }, (_, i) => {
    let sum = 0;
    for (let set = 0; set < values.length; set++) {
      if ((set >> i) & 1) continue;
      const s = size(set);
      const weight = (factorial(s) * factorial(players - s - 1)) / factorial(players);
      sum += weight * (values[set | (1 << i)] - values[set]);
    }
    return sum;
  });
}

/** Off-diagonal Shapley interaction values, half of the index in each (Lundberg et al. 2020). */
function pairsOf(game: Game, players: number): number[][] {
  const values = Array.from({ length: 2 ** players }, (_, set) => game(set));
  const index = (i: number, j: number): number => {
    let sum = 0;
    for (let set = 0; set < values.length; set++) {
      if ((set >> i) & 1 || (set >> j) & 1) continue;
      const s = size(set);
      const weight = (factorial(s) * factorial(players - s - 2)) / (2 * factorial(players - 1));
      const [a, b] = [set | (1 << i), set | (1 << j)];
      sum += weight * (values[a | b] - values[a] - values[b] + values[set]);
    }
    return sum;
  };
  return Array.from({ length: players }, (_, i) =>
    Array.from({ length: players }, (__, j) => (i === j ? 0 : index(i, j))),
  );
}

/** The game of one output of trees for a sample, by covers or against a background. */
export function gameOf(
  model: TreeEnsemble,
  k: number,
  x: Float64Array,
  background?: readonly Float64Array[],
): Game {
  const trees = model.members.filter(({ output, width }) => k >= output && k < output + width);
  const scale = model.aggregate === "mean" ? model.members.length : 1;
  const sum = (at: Float64Array, known: number): number =>
    trees.reduce((all, tree) => all + expectation(tree, k - tree.output, at, known), 0) / scale;
  if (!background) return (known) => sum(x, known);
  const everything = 2 ** model.features - 1;
  return (known) =>
    background.reduce((all, z) => {
      const mixed = x.map((value, f) => ((known >> f) & 1 ? value : z[f]));
      return all + sum(mixed, everything) / background.length;
    }, 0);
}

export const slowShapley = shapleyOf;
export const slowPairs = pairsOf;
