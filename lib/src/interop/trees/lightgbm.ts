import { ConfigError, DataError } from "../../core/errors.js";
import { choice, shown } from "../../core/oneOf.js";
import type { Link } from "../../forest/ensemble/link.js";
import { orderedTree } from "../../forest/ensemble/orderedTree.js";
import { below } from "../../forest/ensemble/thresholds.js";
import { ASKS, type DecisionTree } from "../../forest/ensemble/treeEnsemble.js";
import type { FoundForest } from "./forestFile.js";
import { limits } from "./limits.js";

/** What is done with margins, by the first word of `objective`. */
const links: Readonly<Record<string, Link>> = {
  regression: "identity",
  regression_l1: "identity",
  huber: "identity",
  fair: "identity",
  quantile: "identity",
  mape: "identity",
  lambdarank: "identity",
  rank_xendcg: "identity",
  binary: "logistic",
  cross_entropy: "logistic",
  multiclassova: "logistic",
  multiclass: "softmax",
  poisson: "exponential",
  gamma: "exponential",
  tweedie: "exponential",
};

/** A stretch of lines key=value. */
interface Block {
  readonly where: string;
  readonly fields: ReadonlyMap<string, string>;
}

const cure = "The file is damaged or cut off; save the model again with save_model";

function wrong({ where }: Block, fact: string): DataError {
  return new DataError(`${where}: ${fact}. ${cure}.`, { where });
}

/** A model of LightGBM (text of `save_model`, versions 3 and 4). */
export function lightgbmForest(text: string, path: string): FoundForest {
  const [head, trees] = blocksOf(text, path);
  const features = count(head, "max_feature_idx", limits.features - 1) + 1;
  const outputs = Math.max(1, count(head, "num_tree_per_iteration", limits.outputs));
  const { link, slope } = objectiveOf(head);
  const members = trees.map((tree, t) => lightgbmTree(tree, features, t % outputs));
  if (members.length % outputs !== 0)
    throw wrong(head, `has ${members.length} trees, which are not ${outputs} an iteration`);
  const names = (head.fields.get("feature_names") ?? "").split(" ").filter((name) => name !== "");
  const average = head.fields.has("average_output");
  // each output is the mean over its own trees
  if (average) for (const { value } of members) value.forEach((v, k) => (value[k] = v * outputs));
  const forest = {
    features,
    outputs,
    members,
    aggregate: average ? "mean" : "sum",
    base: new Float64Array(outputs),
    link,
    slope,
    missing: "directed",
  } as const;
  return { format: "LightGBM", names, forest };
}

/** What stands before the first tree, and the trees. */
function blocksOf(text: string, path: string): [Block, Block[]] {
  const end = text.indexOf("\nend of trees");
  const whole = { where: path, fields: new Map<string, string>() };
  if (end < 0) throw wrong(whole, 'has no "end of trees"');
  const [head, ...trees] = text.slice(0, end).split(/^Tree=/m);
  const claimed = fieldsOf(head, false).get("tree_sizes");
  if (claimed !== undefined && listOf(claimed).length !== trees.length)
    throw wrong(whole, `claims ${listOf(claimed).length} trees and has ${trees.length}`);
  if (trees.length === 0) throw wrong(whole, "has no trees");
  const made = trees.map((tree, t) => ({
    where: `${path}: tree ${t}`,
    fields: fieldsOf(tree, true),
  }));
  return [{ where: path, fields: fieldsOf(head, false) }, made];
}

function fieldsOf(text: string, within: boolean): Map<string, string> {
  const lines = text.split(/\r?\n/).slice(within ? 1 : 0);
  return new Map(
    lines.map((line) => {
      const at = line.indexOf("=");
      return at < 0 ? [line.trim(), ""] : [line.slice(0, at), line.slice(at + 1).trim()];
    }),
  );
}

const listOf = (text: string): string[] => (text === "" ? [] : text.split(" "));

function field(block: Block, key: string): string {
  const found = block.fields.get(key);
  if (found === undefined) throw wrong(block, `has no ${key}`);
  return found;
}

function count(block: Block, key: string, most: number): number {
  const number = Number(field(block, key));
  if (Number.isInteger(number) && number >= 0 && number <= most) return number;
  throw wrong(
    block,
    `${key} is ${shown(field(block, key))}, a whole number up to ${most} is expected`,
  );
}

function numbers(block: Block, key: string, length?: number): Float64Array {
  const words = listOf(field(block, key));
  if (length !== undefined && words.length !== length)
    throw wrong(block, `${key} has ${words.length} entries, ${length} are expected`);
  return Float64Array.from(words, (word, k) => {
    const number = Number(word);
    if (Number.isNaN(number)) throw wrong(block, `${key}[${k}] is ${shown(word)}, no number`);
    return number;
  });
}

function objectiveOf(head: Block): { readonly link: Link; readonly slope: number } {
  const [name, ...settings] = field(head, "objective").split(" ");
  if (!Object.hasOwn(links, name)) {
    const known = `Known are ${choice(Object.keys(links))}. Name in the file the one whose link the model has`;
    throw new DataError(
      `${head.where}: objective is ${shown(name)}, whose link is not known. ${known}.`,
      { objective: name },
    );
  }
  if (settings.includes("sqrt"))
    throw new ConfigError(
      `${head.where}: was trained with reg_sqrt, whose response is a square. Train on the root of the target instead.`,
      { objective: settings },
    );
  const sigmoid = settings.find((word) => word.startsWith("sigmoid:"));
  const slope = sigmoid === undefined ? 1 : Number(sigmoid.slice(8));
  if (!(slope > 0 && slope < Infinity)) throw wrong(head, `objective has ${shown(sigmoid)}`);
  return { link: links[name], slope };
}

/** Numbers up to this are 0 to LightGBM. */
const ZERO = Math.fround(1e-35);

/** The threshold that decides of x as LightGBM's does of x with |x| ≤ 1e-35 set to 0. */
function withoutTiny(threshold: number): number {
  if (!(Math.abs(threshold) <= ZERO)) return threshold;
  return threshold < 0 ? below(-ZERO) : ZERO;
}

/** Kinds of missing values, bits 2 and 3 of a decision type. */
const MISSING = { none: 0, zero: 1, nan: 2 } as const;

function lightgbmTree(tree: Block, features: number, output: number): DecisionTree {
  const leaves = count(tree, "num_leaves", limits.nodes);
  if (leaves < 1) throw wrong(tree, "has no leaves");
  if (tree.fields.get("is_linear") === "1")
    throw new ConfigError(
      `${tree.where}: has linear models in its leaves, for which there are no contributions. Train with linear_tree=false.`,
    );
  const inner = leaves - 1;
  const lists = innerLists(tree, inner);
  const { types, thresholds, sets } = lists;
  // the nodes are the inner ones, then the leaves
  const child = (list: Float64Array) => (k: number) =>
    k >= inner ? -1 : list[k] < 0 ? inner - 1 - list[k] : list[k];
  const nodes = { length: inner + leaves };
  const kindOf = (k: number): number => (types[k] >> 2) & 3;
  const category = (k: number): boolean => (types[k] & 1) === 1;
  const missingLeft = (k: number): boolean => {
    if (category(k)) return false;
    // where nothing was missing, NaN is taken for 0
    return kindOf(k) === MISSING.none ? 0 <= thresholds[k] : (types[k] & 2) === 2;
  };
  const values = numbers(tree, "leaf_value", leaves);
  return orderedTree(
    {
      root: 0,
      output,
      width: 1,
      left: Int32Array.from(nodes, (_, k) => child(lists.left)(k)),
      right: Int32Array.from(nodes, (_, k) => child(lists.right)(k)),
      feature: lists.feature,
      threshold: thresholds,
      missingLeft: Array.from({ length: inner }, (_, k) => missingLeft(k)),
      asks: Array.from({ length: inner }, (_, k) =>
        category(k)
          ? ASKS.category
          : kindOf(k) === MISSING.zero
            ? ASKS.thresholdOrZero
            : ASKS.threshold,
      ),
      value: Float64Array.from(nodes, (_, k) => (k < inner ? 0 : values[k - inner])),
      cover: coverOf(tree, inner, leaves),
      sets,
    },
    features,
    tree.where,
  );
}

interface InnerLists {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly feature: Float64Array;
  readonly types: Float64Array;
  readonly thresholds: Float64Array;
  readonly sets: readonly Int32Array[];
}

function innerLists(tree: Block, inner: number): InnerLists {
  const none = new Float64Array(0);
  if (inner === 0)
    return { left: none, right: none, feature: none, types: none, thresholds: none, sets: [] };
  const types = numbers(tree, "decision_type", inner);
  if (types.some((type) => !(Number.isInteger(type) && type >= 0 && type < 12)))
    throw wrong(tree, "has a decision_type whose direction of missing values is not known");
  return {
    left: numbers(tree, "left_child", inner),
    right: numbers(tree, "right_child", inner),
    feature: numbers(tree, "split_feature", inner),
    types,
    thresholds: numbers(tree, "threshold", inner).map((t, k) =>
      (types[k] & 1) === 1 ? t : withoutTiny(t),
    ),
    sets: setsOf(tree),
  };
}

/** Sets of categories, each a stretch of words of 32 bits, one bit a category. */
function setsOf(tree: Block): Int32Array[] {
  if (count(tree, "num_cat", limits.nodes) === 0) return [];
  const bounds = numbers(tree, "cat_boundaries");
  const words = numbers(tree, "cat_threshold");
  return Array.from({ length: Math.max(0, bounds.length - 1) }, (_, set) => {
    const [from, to] = [bounds[set], bounds[set + 1]];
    if (!(from >= 0 && from <= to && to <= words.length))
      throw wrong(tree, `cat_boundaries ${from} … ${to} lie beyond ${words.length} words`);
    const found: number[] = [];
    for (let k = from; k < to; k++)
      for (let bit = 0; bit < 32; bit++)
        if ((words[k] >>> bit) & 1) found.push(32 * (k - from) + bit);
    return Int32Array.from(found);
  });
}

/** Numbers of training samples, as LightGBM's own contributions use them. */
function coverOf(tree: Block, inner: number, leaves: number): Float64Array | undefined {
  if (!tree.fields.has("leaf_count") || field(tree, "leaf_count") === "")
    return inner === 0 ? Float64Array.of(1) : undefined;
  const found = new Float64Array(inner + leaves);
  if (inner > 0) found.set(numbers(tree, "internal_count", inner));
  found.set(numbers(tree, "leaf_count", leaves), inner);
  return found;
}
