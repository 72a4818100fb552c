import { goesLeft } from "../ensemble/decide.js";
import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import { leafWeight } from "./leafWeight.js";

/** Whose value a feature has on the way that is walked. */
const SIDE = { either: 0, sample: 1, background: 2 } as const;

/** The walk of one sample against one of the background. */
export interface PairWalk {
  readonly tree: DecisionTree;
  readonly x: Float64Array;
  readonly from: number;
  readonly z: Float64Array;
  readonly other: number;
  /** Side of each feature, all `either` before and after. */
  readonly side: Uint8Array;
  /** [outputs, features] */
  readonly into: Float64Array;
  readonly features: number;
}

/**
 * Adds the interventional Shapley values of a sample against one of the background: those of the
 * game in which features of a set S have the sample's values and all others the background's
 * (Lundberg et al. 2020, Alg. 3). Only leaves are visited where some S comes.
 */
export function addPair(walk: PairWalk): void {
  below(walk, 0, 0, 0);
}

/**
 * What the leaves below a node give each feature of the sample's side, and each of the
 * background's.
 * Of several outputs these are lists.
 */
type Shares = readonly [sample: Float64Array, background: Float64Array];

function below(walk: PairWalk, node: number, a: number, b: number): Shares {
  const { tree, x, from, z, other, side } = walk;
  const { left, right, feature, width, value } = tree;
  if (left[node] < 0) {
    const [own, theirs] = [leafWeight(a, b), -leafWeight(b, a)];
    const leaf = value.subarray(node * width, (node + 1) * width);
    return [leaf.map((v) => own * v), leaf.map((v) => theirs * v)];
  }
  const asked = feature[node];
  const next = (goes: boolean): number => (goes ? left[node] : right[node]);
  const mine = next(goesLeft(tree, node, x[from + asked]));
  const its = next(goesLeft(tree, node, z[other + asked]));
  if (mine === its || side[asked] === SIDE.sample) return below(walk, mine, a, b);
  if (side[asked] === SIDE.background) return below(walk, its, a, b);
  side[asked] = SIDE.sample;
  const first = below(walk, mine, a + 1, b);
  side[asked] = SIDE.background;
  const second = below(walk, its, a, b + 1);
  side[asked] = SIDE.either;
  for (let k = 0; k < width; k++) {
    walk.into[(tree.output + k) * walk.features + asked] += first[0][k] + second[1][k];
    first[0][k] += second[0][k];
    first[1][k] += second[1][k];
  }
  return first;
}
