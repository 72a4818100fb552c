import { ConfigError } from "../../core/errors.js";
import { choice, shown } from "../../core/oneOf.js";
import type { Link } from "../../forest/ensemble/link.js";
import { orderedTree, type NodeLists } from "../../forest/ensemble/orderedTree.js";
import { threshold32 } from "../../forest/ensemble/thresholds.js";
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

/** What is done with margins, by the names of loss functions. */
const links: Readonly<Record<string, Link>> = {
  RMSE: "identity",
  MAE: "identity",
  Quantile: "identity",
  Huber: "identity",
  Expectile: "identity",
  LogCosh: "identity",
  Lq: "identity",
  MAPE: "identity",
  MultiRMSE: "identity",
  Logloss: "logistic",
  CrossEntropy: "logistic",
  MultiCrossEntropy: "logistic",
  MultiLogloss: "logistic",
  MultiClassOneVsAll: "logistic",
  MultiClass: "softmax",
  Poisson: "exponential",
  Tweedie: "exponential",
};

/** A feature of numbers: its place in a row, and where a missing value goes. */
interface FloatFeature {
  readonly at: number;
  readonly missingLeft: boolean;
}

/** A model of CatBoost, parsed from the JSON of `save_model(…, format="json")`. */
export function readCatboost(model: Place): FoundForest {
  const { floats, features, names } = featuresOf(inside(model, "features_info"));
  const [scale, base] = scaleOf(inside(model, "scale_and_bias"));
  const outputs = base.length;
  const oblivious = has(model, "oblivious_trees");
  const places = entries(inside(model, oblivious ? "oblivious_trees" : "trees"));
  const read = oblivious ? obliviousTree : branchingTree;
  const members = places.map((place) =>
    orderedTree(scaled(read(place, floats, outputs), scale), features, place.where),
  );
  const link = linkOf(inside(model, "model_info"));
  const forest = { features, outputs, members, aggregate: "sum", base, link, slope: 1 } as const;
  return {
    format: "CatBoost",
    names,
    classes: classesOf(inside(model, "model_info")),
    forest: { ...forest, missing: "directed" },
  };
}

function featuresOf(info: Place): {
  floats: FloatFeature[];
  features: number;
  names: string[];
} {
  for (const kind of ["categorical_features", "text_features", "embedding_features"]) {
    if (!has(info, kind) || entries(inside(info, kind)).length === 0) continue;
    const fact = `has ${kind}, which the file keeps as hashes of texts and not as categories`;
    throw wrong(inside(info, kind), fact, "Train on numbers, one column a category");
  }
  const places = entries(inside(info, "float_features"));
  const floats = places.map((place) => ({
    at: countAt(inside(place, "flat_feature_index"), 0, limits.features - 1),
    missingLeft: missingOf(inside(place, "nan_value_treatment")),
  }));
  const names = places.map((place) =>
    has(place, "feature_id") ? textAt(inside(place, "feature_id")) : "",
  );
  const features = floats.reduce((most, { at }) => Math.max(most, at + 1), 0);
  if (features < 1) throw wrong(info, "has no features");
  return { floats, features, names: names.every((name) => name !== "") ? names : [] };
}

/** NaN is what fails every x > border, unless it is to pass every one. */
function missingOf(place: Place): boolean {
  const treatment = textAt(place);
  if (treatment === "AsTrue") return false;
  if (treatment === "AsFalse" || treatment === "AsIs") return true;
  const fact = `is ${shown(treatment)}, which does not say where missing values go`;
  throw wrong(place, fact, 'Train with nan_mode "Min" or "Max"');
}

function scaleOf(place: Place): [number, Float64Array] {
  const [scale, bias] = entries(place);
  if (scale === undefined || bias === undefined) throw wrong(place, "has no base value");
  const base = Float64Array.from(Array.isArray(bias.value) ? numbersAt(bias) : [numberAt(bias)]);
  if (base.length < 1 || base.length > limits.outputs || !base.every(Number.isFinite))
    throw wrong(bias, "is no base value of the outputs");
  return [numberAt(scale), base];
}

function linkOf(info: Place): Link {
  const place = inside(info, "params", "loss_function", "type");
  const name = textAt(place);
  if (Object.hasOwn(links, name)) return links[name];
  const cure = `Known are ${choice(Object.keys(links))}. Name in the file the one whose link the model has`;
  throw wrong(place, `is ${shown(name)}, whose link is not known`, cure);
}

function classesOf(info: Place): string[] | undefined {
  if (!has(info, "class_params")) return undefined;
  const names = inside(info, "class_params");
  if (!has(names, "class_names")) return undefined;
  return entries(inside(names, "class_names")).map(({ value }) => String(value));
}

const scaled = (lists: NodeLists, scale: number): NodeLists =>
  scale === 1 ? lists : { ...lists, value: Float64Array.from(lists.value, (v) => scale * v) };

/** A border of a feature: larger values go right. */
interface Border {
  readonly feature: number;
  readonly threshold: number;
  readonly missingLeft: boolean;
}

function borderOf(place: Place, floats: readonly FloatFeature[]): Border {
  const type = textAt(inside(place, "split_type"));
  if (type !== "FloatFeature")
    throw new ConfigError(
      `${place.where}: asks for ${shown(type)}; only borders of numbers are read. Train without categorical and text features.`,
      { type },
    );
  const index = inside(place, "float_feature_index");
  const { at, missingLeft } = floats[countAt(index, 0, floats.length - 1)];
  return {
    feature: at,
    threshold: threshold32(numberAt(inside(place, "border")), "≤"),
    missingLeft,
  };
}

/** Levels of an oblivious tree, at most: it has 2^levels leaves. */
const DEEPEST = 20;

/**
 * A tree that asks the same on all of a level. Split k decides bit k of the number of a leaf; the
 * last split stands at the root here.
 */
function obliviousTree(place: Place, floats: readonly FloatFeature[], width: number): NodeLists {
  const splits = entries(inside(place, "splits")).map((split) => borderOf(split, floats));
  const depth = splits.length;
  const leaves = inside(place, "leaf_values");
  if (depth > DEEPEST) throw wrong(place, `has ${depth} levels, at most ${DEEPEST} are read`);
  const values = numbersAt(leaves, 2 ** depth * width);
  const weights = has(place, "leaf_weights")
    ? numbersAt(inside(place, "leaf_weights"), 2 ** depth)
    : undefined;
  const inner = 2 ** depth - 1;
  const nodes = { length: 2 * inner + 1 };
  const level = (node: number): Border => splits[depth - 1 - (31 - Math.clz32(node + 1))];
  const cover = weights && new Float64Array(nodes.length);
  if (cover) {
    for (let node = nodes.length - 1; node >= 0; node--)
      cover[node] =
        node >= inner ? weights[node - inner] : cover[2 * node + 1] + cover[2 * node + 2];
  }
  const value = new Float64Array(nodes.length * width);
  value.set(Float64Array.from(values), inner * width);
  const leaf = (node: number): boolean => node >= inner;
  return {
    root: 0,
    output: 0,
    width,
    left: Int32Array.from(nodes, (_, node) => (leaf(node) ? -1 : 2 * node + 1)),
    right: Int32Array.from(nodes, (_, node) => (leaf(node) ? -1 : 2 * node + 2)),
    feature: Int32Array.from(nodes, (_, node) => (leaf(node) ? -1 : level(node).feature)),
    threshold: Float64Array.from(nodes, (_, node) => (leaf(node) ? 0 : level(node).threshold)),
    missingLeft: Array.from(nodes, (_, node) => !leaf(node) && level(node).missingLeft),
    value,
    cover,
  };
}

/** A tree of nodes within nodes. */
function branchingTree(place: Place, floats: readonly FloatFeature[], width: number): NodeLists {
  const [left, right, feature, threshold, value, cover]: number[][] = [[], [], [], [], [], []];
  const missingLeft: boolean[] = [];
  const waiting: { place: Place; list?: number[]; parent: number }[] = [{ place, parent: 0 }];
  for (let own = waiting.shift(); own !== undefined; own = waiting.shift()) {
    const node = left.length;
    if (own.list) own.list[own.parent] = node;
    const inner = has(own.place, "split");
    const border = inner ? borderOf(inside(own.place, "split"), floats) : undefined;
    left.push(-1);
    right.push(-1);
    feature.push(border?.feature ?? -1);
    threshold.push(border?.threshold ?? 0);
    missingLeft.push(border?.missingLeft ?? false);
    cover.push(0);
    if (inner) {
      value.push(...new Array<number>(width).fill(0));
      waiting.push({ place: inside(own.place, "left"), list: left, parent: node });
      waiting.push({ place: inside(own.place, "right"), list: right, parent: node });
      continue;
    }
    const held = inside(own.place, "value");
    value.push(...Array.from(width === 1 ? [numberAt(held)] : numbersAt(held, width)));
    cover[node] = numberAt(inside(own.place, "weight"));
  }
  for (let node = left.length - 1; node >= 0; node--)
    if (left[node] >= 0) cover[node] = cover[left[node]] + cover[right[node]];
  return { root: 0, output: 0, width, left, right, feature, threshold, missingLeft, value, cover };
}
