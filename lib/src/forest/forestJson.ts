import { takes } from "../core/arguments/takes.js";
import { count, list, record } from "../core/arguments/kinds.js";
import { z } from "zod";
import { DataError } from "../core/errors.js";
import { ENSEMBLE_VERSION, ensembleToJson, type EnsembleJson } from "./ensembleJson.js";
import { isEnsemble, type TreeEnsemble } from "./ensemble/treeEnsemble.js";
import type { RandomForest, RegressionTree } from "./tree.js";

/** The newest form that is written and read here. */
const VERSION = 1;

/**
 * A forest as plain arrays, for `JSON.stringify`. Numbers come back as they were, to the last bit.
 */
export interface ForestJson {
  readonly format: "phaselens-forest";
  readonly version: number;
  readonly features: number;
  readonly trees: readonly {
    readonly feature: readonly number[];
    readonly threshold: readonly number[];
    readonly left: readonly number[];
    readonly value: readonly number[];
    readonly samples: readonly number[];
  }[];
}

const numbers = z.array(z.number());
const integers = z.array(z.int());
const schema = z.object({
  format: z.literal("phaselens-forest"),
  version: z.literal(VERSION),
  features: z.int().min(1),
  trees: z
    .array(
      z.object({
        feature: integers,
        threshold: numbers,
        left: integers,
        value: numbers,
        samples: numbers,
      }),
    )
    .min(1),
});

/**
 * The trees of a forest, without what was measured while it grew. Boosted trees, forests of classes
 * and trees of other libraries too; `interop.readForest` reads all of them.
 */
export function forestToJson(forest: RandomForest): ForestJson;
export function forestToJson(forest: TreeEnsemble): EnsembleJson;
export function forestToJson(forest: RandomForest | TreeEnsemble): ForestJson | EnsembleJson {
  const ensemble = forest !== null && typeof forest === "object" && isEnsemble(forest);
  const trees = record({ features: count(1), [ensemble ? "members" : "trees"]: list }, "a forest");
  takes("forestToJson", { forest: [forest, trees] });
  return isEnsemble(forest) ? ensembleToJson(forest) : treesToJson(forest);
}

function treesToJson(forest: RandomForest): ForestJson {
  const { features, trees } = forest;
  return {
    format: "phaselens-forest",
    version: VERSION,
    features,
    trees: trees.map((tree) => ({
      feature: Array.from(tree.feature),
      threshold: Array.from(tree.threshold),
      left: Array.from(tree.left),
      value: Array.from(tree.value),
      samples: Array.from(tree.samples),
    })),
  };
}

/**
 * The forest of numbers of `forestToJson`.
 * @param json   parsed, e.g. by JSON.parse
 * @param source  what the messages name, e.g. the file
 * @throws DataError naming the first thing that is not as it must be: then every walk through a
 *   tree ends at a leaf
 */
export function forestFromJson(json: unknown, source: string = "forest"): RandomForest {
  if ((json as { version?: unknown } | null)?.version === ENSEMBLE_VERSION)
    throw new DataError(
      `${source}: version ${ENSEMBLE_VERSION} holds trees in the form of readForest, no forest of numbers. Read the file with interop.readForest.`,
      { version: ENSEMBLE_VERSION },
    );
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    const where = path
      .map((key, k) => (typeof key === "number" ? `[${key}]` : `${k > 0 ? "." : ""}${String(key)}`))
      .join("");
    throw new DataError(
      `${source}: ${where === "" ? "the whole" : where}: ${message}. Write it with forestToJson.`,
      { path },
    );
  }
  const { features, trees } = parsed.data;
  return {
    features,
    trees: trees.map((tree, t) => checkedTree({ ...tree, features }, `${source}: trees[${t}]`)),
  };
}

type Lists<T> = { readonly [K in keyof T]: T[K] extends number ? number : readonly number[] };

function checkedTree(lists: Lists<RegressionTree>, where: string): RegressionTree {
  const { features, feature, threshold, left, value, samples } = lists;
  const nodes = feature.length;
  const refuse = (fact: string): never => {
    throw new DataError(`${where}: ${fact}. Write it with forestToJson.`, { where });
  };
  if (nodes < 1 || [threshold, left, value, samples].some((list) => list.length !== nodes)) {
    const lengths = [feature, threshold, left, value, samples].map((list) => list.length);
    refuse(`the lists of nodes have ${lengths.join(", ")} entries, not one number of them`);
  }
  const empty = samples.findIndex((count) => !(Number.isSafeInteger(count) && count > 0));
  if (empty >= 0) refuse(`samples[${empty}] is ${samples[empty]}, not a positive whole number`);
  let next = 1; // level by level, so children follow in the order of their parents
  for (let node = 0; node < nodes; node++) {
    if (feature[node] < -1 || feature[node] >= features)
      refuse(`feature[${node}] is ${feature[node]} of ${features}`);
    const leaf = feature[node] < 0;
    if (left[node] !== (leaf ? -1 : next))
      refuse(`left[${node}] is ${left[node]}, ${leaf ? -1 : next} expected`);
    if (leaf) continue;
    if (next <= node || next + 1 >= nodes) refuse(`the children of node ${node} are missing`);
    if (samples[next] + samples[next + 1] !== samples[node])
      refuse(`the children of node ${node} hold another number of samples`);
    next += 2;
  }
  if (next !== nodes) refuse(`${nodes - next} of ${nodes} nodes have no parent`);
  return {
    features,
    feature: Int32Array.from(feature),
    threshold: Float64Array.from(threshold),
    left: Int32Array.from(left),
    value: Float64Array.from(value),
    samples: Float64Array.from(samples),
  };
}
