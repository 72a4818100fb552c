import { z } from "zod";
import { DataError } from "../core/errors.js";
import { ASKS, type DecisionTree, type TreeEnsemble } from "./ensemble/treeEnsemble.js";
import { orderedTree } from "./ensemble/orderedTree.js";

/** The version of `phaselens-forest` that holds trees of the common form. */
export const ENSEMBLE_VERSION = 2;

/** A bound beyond all numbers, which JSON has not. */
type Bound = number | "Infinity" | "-Infinity";

/** Boosted trees, and forests of classes, as plain arrays, for `JSON.stringify`. */
export interface EnsembleJson {
  readonly format: "phaselens-forest";
  readonly version: number;
  readonly features: number;
  readonly outputs: number;
  readonly aggregate: TreeEnsemble["aggregate"];
  readonly base: readonly number[];
  readonly link: TreeEnsemble["link"];
  readonly slope: number;
  readonly missing: TreeEnsemble["missing"];
  readonly members: readonly {
    readonly output: number;
    readonly width: number;
    readonly feature: readonly number[];
    readonly threshold: readonly Bound[];
    readonly asks: readonly number[];
    readonly left: readonly number[];
    readonly right: readonly number[];
    readonly missingLeft: readonly number[];
    readonly value: readonly number[];
    readonly cover?: readonly number[];
    readonly sets: readonly (readonly number[])[];
  }[];
}

const numbers = z.array(z.number());
const integers = z.array(z.int32());
const bits = z.array(z.union([z.literal(0), z.literal(1)]));
const category = z.int32().min(0);
const schema = z.object({
  format: z.literal("phaselens-forest"),
  version: z.literal(ENSEMBLE_VERSION),
  features: z.int32().min(1),
  outputs: z.int32().min(1),
  aggregate: z.enum(["sum", "mean"]),
  base: numbers,
  link: z.enum(["identity", "logistic", "softmax", "exponential", "tanh"]),
  slope: z.number(),
  missing: z.enum(["directed", "refused"]),
  members: z
    .array(
      z.object({
        output: z.int32().min(0),
        width: z.int32().min(1),
        feature: integers,
        threshold: z.array(z.union([z.number(), z.literal("Infinity"), z.literal("-Infinity")])),
        asks: z.array(z.int().min(0).max(ASKS.category)),
        left: integers,
        right: integers,
        missingLeft: bits,
        value: numbers,
        cover: z.optional(numbers),
        sets: z.array(z.array(category)),
      }),
    )
    .min(1),
});

const written = (bound: number): Bound =>
  Number.isFinite(bound) ? bound : bound > 0 ? "Infinity" : "-Infinity";

export function ensembleToJson(model: TreeEnsemble): EnsembleJson {
  const { features, outputs, members, aggregate, base, link, slope, missing } = model;
  const own = { features, outputs, aggregate, base: Array.from(base), link, slope, missing };
  const format = { format: "phaselens-forest", version: ENSEMBLE_VERSION } as const;
  return { ...format, ...own, members: members.map(treeToJson) };
}

const treeToJson = (tree: DecisionTree): EnsembleJson["members"][number] => ({
  output: tree.output,
  width: tree.width,
  feature: Array.from(tree.feature),
  threshold: Array.from(tree.threshold, written),
  asks: Array.from(tree.asks),
  left: Array.from(tree.left),
  right: Array.from(tree.right),
  missingLeft: Array.from(tree.missingLeft),
  value: Array.from(tree.value),
  ...(tree.cover && { cover: Array.from(tree.cover) }),
  sets: tree.sets.map((set) => Array.from(set)),
});

/**
 * The trees of `ensembleToJson`.
 * @throws DataError naming the first thing that is not as it must be
 */
export function ensembleFromJson(json: unknown, source: string): TreeEnsemble {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    refuse(`${source}: ${path.map(String).join(".") || "the whole"}: ${message}`);
  }
  const { format: _, version: __, members, base, ...own } = parsed.data;
  if (base.length !== own.outputs)
    refuse(`${source}: base has ${base.length} numbers for ${own.outputs} outputs`);
  const trees = members.map((tree, t): DecisionTree => {
    const where = `${source}: members.${t}`;
    const nodes = tree.feature.length;
    const { threshold, asks, left, right, missingLeft, cover } = tree;
    const lists = [threshold, asks, left, right, missingLeft, ...(cover ? [cover] : [])];
    if (lists.some((list) => list.length !== nodes) || tree.value.length !== nodes * tree.width)
      refuse(`${where}: its lists are not of one number of nodes`);
    if (tree.output + tree.width > own.outputs)
      refuse(`${where}: adds to output ${tree.output + tree.width - 1} of ${own.outputs}`);
    if (tree.sets.some((set) => set.some((entry, k) => k > 0 && entry <= set[k - 1])))
      refuse(`${where}: a set of categories does not ascend`);
    const sets = tree.sets.map((set) => Int32Array.from(set));
    const bounds = threshold.map(Number);
    return orderedTree({ ...tree, threshold: bounds, sets, root: 0 }, own.features, where);
  });
  return { ...own, base: Float64Array.from(base), members: trees };
}

function refuse(fact: string): never {
  throw new DataError(`${fact}. Write it with forestToJson.`, { fact });
}
