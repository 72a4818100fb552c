import { ConfigError } from "../../core/errors.js";
import { choice, shown } from "../../core/oneOf.js";
import type { Link } from "../../forest/ensemble/link.js";
import { orderedTree } from "../../forest/ensemble/orderedTree.js";
import { threshold32 } from "../../forest/ensemble/thresholds.js";
import { ASKS, type DecisionTree } from "../../forest/ensemble/treeEnsemble.js";
import type { FoundForest } from "./forestFile.js";
import { limits } from "./limits.js";
import {
  countAt,
  entries,
  has,
  inside,
  numberAt,
  numbersAt,
  textAt,
  wrong,
  type Place,
} from "./place.js";

/** What is done with margins, by objective (XGBoost 3.2, "Learning Task Parameters"). */
const links: Readonly<Record<string, Link>> = {
  "reg:squarederror": "identity",
  "reg:squaredlogerror": "identity",
  "reg:pseudohubererror": "identity",
  "reg:absoluteerror": "identity",
  "reg:quantileerror": "identity",
  "reg:expectileerror": "identity",
  "reg:linear": "identity",
  "reg:logistic": "logistic",
  "binary:logistic": "logistic",
  "binary:logitraw": "identity",
  "multi:softprob": "softmax",
  "multi:softmax": "softmax",
  "rank:pairwise": "identity",
  "rank:ndcg": "identity",
  "rank:map": "identity",
  "count:poisson": "exponential",
  "reg:gamma": "exponential",
  "reg:tweedie": "exponential",
  "survival:cox": "exponential",
  "survival:aft": "exponential",
};

/** Objectives whose margin of the base score is not that of their response. */
const margins: Readonly<Record<Link, (score: number) => number>> = {
  identity: (score) => score,
  softmax: (score) => score,
  tanh: (score) => score,
  logistic: (score) => -Math.log(1 / score - 1),
  exponential: Math.log,
};

/** A model of XGBoost ≥ 1.0, parsed from its JSON or UBJSON. */
export function readXgboost(model: Place): FoundForest {
  const learner = inside(model, "learner");
  const booster = boosterOf(inside(learner, "gradient_booster"));
  const parameters = inside(learner, "learner_model_param");
  const features = countAt(inside(parameters, "num_feature"), 1, limits.features);
  const outputs = outputsOf(parameters);
  const link = linkOf(inside(learner, "objective", "name"));
  const parts = inside(booster.trees, "trees");
  const groups = numbersAt(inside(booster.trees, "tree_info"));
  const places = entries(parts);
  if (groups.length !== places.length)
    throw wrong(parts, `has ${places.length} trees, tree_info ${groups.length}`);
  const members = places.map((place, t) =>
    xgboostTree(place, features, outputs, groups[t], booster.weights?.[t] ?? 1),
  );
  const base = baseOf(inside(parameters, "base_score"), outputs, link);
  const names = has(learner, "feature_names")
    ? entries(inside(learner, "feature_names")).map(textAt)
    : [];
  const forest = { features, outputs, members, aggregate: "sum", base, link, slope: 1 } as const;
  return {
    format: "XGBoost",
    names,
    notes: notesOf(learner),
    forest: { ...forest, missing: "directed" },
  };
}

function outputsOf(parameters: Place): number {
  const classes = countAt(inside(parameters, "num_class"), 0, limits.outputs);
  const targets = has(parameters, "num_target")
    ? countAt(inside(parameters, "num_target"), 0, limits.outputs)
    : 1;
  return Math.max(1, classes, targets);
}

function linkOf(place: Place): Link {
  const name = textAt(place);
  if (Object.hasOwn(links, name)) return links[name];
  const cure = `Known are ${choice(Object.keys(links))}. Name in the file the one whose link the model has`;
  throw wrong(place, `is ${shown(name)}, whose link is not known`, cure);
}

interface Booster {
  readonly trees: Place;
  /** Of each tree, where boosting with dropout scaled them. */
  readonly weights?: ArrayLike<number>;
}

function boosterOf(place: Place): Booster {
  const name = textAt(inside(place, "name"));
  if (name === "gbtree") return { trees: inside(place, "model") };
  if (name === "dart")
    return {
      trees: inside(place, "gbtree", "model"),
      weights: numbersAt(inside(place, "weight_drop")),
    };
  throw new ConfigError(
    `${place.where}: is ${shown(name)}, which has no trees. Train with booster="gbtree".`,
    { booster: name },
  );
}

/** The base in margins; XGBoost ≥ 3.1 has a list with one entry an output. */
function baseOf(place: Place, outputs: number, link: Link): Float64Array {
  const text = textAt(place).trim();
  const listed = text.startsWith("[") && text.endsWith("]");
  const scores = (listed ? text.slice(1, -1).split(",") : [text]).map((value) =>
    numberAt({ value, where: place.where }),
  );
  if (scores.length !== 1 && scores.length !== outputs)
    throw wrong(place, `has ${scores.length} entries for ${outputs} outputs`);
  const found = Float64Array.from({ length: outputs }, (_, k) =>
    margins[link](scores[scores.length === 1 ? 0 : k]),
  );
  if (found.every(Number.isFinite)) return found;
  throw wrong(place, `is ${text}, which is no response of the objective`);
}

/** What a reader of the predictions has to know. */
function notesOf(learner: Place): string[] {
  if (!has(learner, "attributes") || !has(inside(learner, "attributes"), "best_iteration"))
    return [];
  const best = String(inside(learner, "attributes", "best_iteration").value);
  return [
    `The model was stopped early (best iteration ${best}); all its trees are read, as Booster.predict uses them. ` +
      `For those of the best iteration save booster[:${Number(best) + 1}].`,
  ];
}

function xgboostTree(
  place: Place,
  features: number,
  outputs: number,
  group: number,
  weight: number,
): DecisionTree {
  const list = (key: string, length?: number): ArrayLike<number> =>
    numbersAt(inside(place, key), length);
  const left = list("left_children");
  const nodes = left.length;
  if (nodes < 1) throw wrong(place, "has no nodes");
  const claimed = countAt(inside(place, "tree_param", "num_nodes"), 1, limits.nodes);
  if (claimed !== nodes) throw wrong(place, `claims ${claimed} nodes and has ${nodes}`);
  const right = list("right_children", nodes);
  const conditions = list("split_conditions", nodes);
  const width = widthOf(place, outputs);
  if (width === 1 && !(Number.isInteger(group) && group >= 0 && group < outputs))
    throw wrong(place, `is for output ${group} of ${outputs}`);
  const { asks, sets, numberOf } = categories(place, nodes);
  const missing = list("default_left", nodes);
  const swap = (node: number): boolean => asks[node] === ASKS.category;
  const made = { length: nodes };
  const value = width === 1 ? conditions : vectors(place, left, right, width);
  return orderedTree(
    {
      root: 0,
      output: width === 1 ? group : 0,
      width,
      // categories of the set go right there, left here
      left: Int32Array.from(made, (_, n) => (swap(n) && left[n] >= 0 ? right[n] : left[n])),
      right: Int32Array.from(made, (_, n) => (swap(n) ? left[n] : right[n])),
      missingLeft: Uint8Array.from(made, (_, n) => Number((missing[n] !== 0) !== swap(n))),
      feature: list("split_indices", nodes),
      threshold: Float64Array.from(made, (_, n) =>
        swap(n) ? numberOf(n) : threshold32(conditions[n], "<"),
      ),
      value: Float64Array.from(value, (own) => weight * own),
      cover: list("sum_hessian", nodes),
      asks,
      sets,
    },
    features,
    place.where,
  );
}

function widthOf(place: Place, outputs: number): number {
  const size = inside(place, "tree_param", "size_leaf_vector");
  const width = Math.max(1, countAt(size, 0, limits.outputs));
  if (width !== 1 && width !== outputs) throw wrong(size, `is ${width} for ${outputs} outputs`);
  return width;
}

/** Vectors of leaves, which are numbered by what stands for their right child. */
function vectors(
  place: Place,
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  width: number,
): Float64Array {
  const nodes = left.length;
  const found = new Float64Array(nodes * width);
  const compact = has(place, "leaf_weights");
  const weights = compact
    ? numbersAt(inside(place, "leaf_weights"))
    : numbersAt(inside(place, "base_weights"), nodes * width);
  for (let node = 0; node < nodes; node++) {
    if (left[node] >= 0) continue;
    const from = (compact ? right[node] : node) * width;
    for (let k = 0; k < width; k++) found[node * width + k] = weights[from + k];
  }
  return found;
}

interface Categories {
  readonly asks: Uint8Array;
  readonly sets: readonly Int32Array[];
  readonly numberOf: (node: number) => number;
}

/** Sets of categories, each a stretch of one list. */
function categories(place: Place, nodes: number): Categories {
  const asks = new Uint8Array(nodes).fill(ASKS.threshold);
  const none = { asks, sets: [], numberOf: () => 0 };
  if (!has(place, "split_type")) return none;
  const types = numbersAt(inside(place, "split_type"), nodes);
  for (let node = 0; node < nodes; node++) if (types[node] === 1) asks[node] = ASKS.category;
  if (!asks.includes(ASKS.category)) return none;
  const [all, own, starts, sizes] = [
    "categories",
    "categories_nodes",
    "categories_segments",
    "categories_sizes",
  ].map((key) => numbersAt(inside(place, key)));
  const numbers = new Map(Array.from(own, (node, k) => [node, k]));
  const sets = Array.from(own, (_, k) => {
    if (!(starts[k] >= 0 && sizes[k] >= 0 && starts[k] + sizes[k] <= all.length))
      throw wrong(place, `categories of node ${own[k]} lie beyond their list`);
    return Int32Array.from({ length: sizes[k] }, (__, c) => all[starts[k] + c]).sort();
  });
  for (let node = 0; node < nodes; node++)
    if (asks[node] === ASKS.category && !numbers.has(node))
      throw wrong(place, `node ${node} asks for categories that the file does not give`);
  return { asks, sets, numberOf: (node) => numbers.get(node) ?? 0 };
}
