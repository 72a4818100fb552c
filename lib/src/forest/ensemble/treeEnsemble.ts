import { treesOf, type RandomForest, type RegressionTree } from "../tree.js";
import type { Link } from "./link.js";

/** What an inner node asks of its feature. */
export const ASKS = {
  /** x ≤ threshold */
  threshold: 0,
  /** the same, and 0 (|x| ≤ 1e-35) counts as missing, as LightGBM's `zero_as_missing` has it */
  thresholdOrZero: 1,
  /** the whole part of x is one of `sets[threshold]` */
  category: 2,
} as const;

/**
 * A binary tree as flat arrays over its nodes. Node 0 is the root, and children come after their
 * parents, so every walk ends and sums over subtrees are one loop backwards.
 */
export interface DecisionTree {
  /** First of the outputs that its leaves add to. */
  readonly output: number;
  /** How many outputs a leaf adds to. */
  readonly width: number;
  /** Feature that a node asks for, −1 at a leaf. [nodes] */
  readonly feature: Int32Array;
  /** Largest value that goes left, or the number of the set of categories that do. [nodes] */
  readonly threshold: Float64Array;
  /** One of `ASKS`. [nodes] */
  readonly asks: Uint8Array;
  /** Children of inner nodes; −1 at a leaf. [nodes] */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 where a missing value (NaN) goes left. [nodes] */
  readonly missingLeft: Uint8Array;
  /** What leaves add, 0 at inner nodes. [nodes, width] */
  readonly value: Float64Array;
  /**
   * Weight of the training samples that reached a node, in the units of the file (counts, or sums
   * of second derivatives); undefined if the file has none. [nodes]
   */
  readonly cover: Float64Array | undefined;
  /** Categories that go left, each ascending; others, unknown ones too, go right. */
  readonly sets: readonly Int32Array[];
}

/**
 * Trees of any origin in one form: what XGBoost, LightGBM, CatBoost, scikit-learn and TMVA grew,
 * and forests of one's own.
 *
 *   margin_k(x) = base_k + Σ_t leaf_t,k(x)      ("sum": boosting)
 *   margin_k(x) = base_k + (1/T) Σ_t leaf_t,k(x)   ("mean": forests)
 *   response(x) = link(slope · margin(x))
 *
 * All comparisons are x ≤ threshold between doubles. Thresholds of single precision and strict
 * comparisons are moved to the double that decides the same for every x.
 */
export interface TreeEnsemble {
  readonly features: number;
  readonly outputs: number;
  readonly members: readonly DecisionTree[];
  readonly aggregate: "sum" | "mean";
  /** [outputs], in units of the margin. */
  readonly base: Float64Array;
  readonly link: Link;
  /** 1 but for LightGBM's option `sigmoid`. */
  readonly slope: number;
  /** "refused": the trees do not say where a missing value goes. */
  readonly missing: "directed" | "refused";
}

/** Anything of trees that predicts. */
export type TreeModel = TreeEnsemble | RandomForest | RegressionTree;

/** Whether trees are of the common form. */
export const isEnsemble = (model: TreeModel): model is TreeEnsemble => "members" in model;

/** A forest that was grown here in the common form: the same numbers, arrays are shared. */
export function ensembleOf(model: TreeModel): TreeEnsemble {
  if (isEnsemble(model)) return model;
  return {
    features: model.features,
    outputs: 1,
    members: treesOf(model).map(memberOf),
    aggregate: "mean",
    base: new Float64Array(1),
    link: "identity",
    slope: 1,
    missing: "refused",
  };
}

function memberOf({ feature, threshold, left, value, samples }: RegressionTree): DecisionTree {
  const nodes = feature.length;
  return {
    output: 0,
    width: 1,
    feature,
    threshold,
    asks: new Uint8Array(nodes),
    left,
    right: left.map((child) => (child < 0 ? -1 : child + 1)),
    missingLeft: new Uint8Array(nodes),
    value: value.map((mean, node) => (left[node] < 0 ? mean : 0)),
    cover: samples,
    sets: [],
  };
}
