import { basename } from "node:path";
import { makeRng } from "../../core/random/rng.js";
import { takeRows, type Tensor } from "../../core/tensor.js";
import { withCover } from "../../forest/ensemble/withCover.js";
import type { TreeEnsemble } from "../../forest/ensemble/treeEnsemble.js";
import { readArray } from "../../interop/tables/readArray.js";
import { targetRows } from "../../interop/tables/targetRows.js";
import type { ForestFile } from "../../interop/trees/forestFile.js";
import { readForest } from "../../interop/trees/readForest.js";
import { fileFacts, type FileFacts } from "../../report/provenance.js";
import type { TreeMethod } from "../../report/trees/treeMethods.js";
import { targetLoss, taskOf, type TreeTask } from "../../report/trees/treeTask.js";
import { countOption, UsageError } from "../command.js";
import { listOption, readingOf } from "../reading.js";
import { treeSamples, type TreeValues } from "./treeSamples.js";

/** What the options of a call name, read and held against each other. */
export interface TreeProblem {
  readonly model: ForestFile;
  /** With the covers that the method needs. */
  readonly ensemble: TreeEnsemble;
  readonly task: TreeTask;
  readonly classes: readonly string[] | undefined;
  /** [n, features] */
  readonly x: Tensor;
  /** [n, outputs] */
  readonly target: Tensor | undefined;
  readonly background: Tensor | undefined;
  readonly seed: number;
  readonly jobs: number | undefined;
  readonly files: readonly FileFacts[];
  readonly notes: readonly string[];
}

/** Points that are explained unless --limit says otherwise, and of a background. */
const POINTS = 1000;
const BACKGROUND = 200;

/** @throws PhaselensError for everything that is wrong with the call or a file */
export async function readTrees(
  values: TreeValues,
  method: TreeMethod["name"],
): Promise<TreeProblem> {
  const seed = countOption(values.seed, "seed", 0) ?? 1;
  const jobs = countOption(values.jobs, "jobs", 1);
  const limit = countOption(values.limit, "limit", 1) ?? POINTS;
  const model = readForest(values.model!);
  const classes = listOption(values.classes) ?? model.classes;
  const task = taskOf(model.forest, classes);
  checkClasses(task, model, classes);
  const data = values.data!;
  const samples = await treeSamples(values, model, data);
  const read = await readTarget(values, model, task, classes, samples.x.shape[0]);
  const n = samples.x.shape[0];
  const first = Array.from({ length: Math.min(limit, n) }, (_, s) => s);
  const cut = `The first ${limit} of the ${n} points of ${basename(data)} were used; --limit changes that.`;
  const background = await readBackground(values, model, seed);
  const covered = await withCovers(values, model, method);
  const paths = {
    data,
    target: values.target,
    background: values.background,
    training: values.train,
  };
  return {
    model,
    ensemble: covered.ensemble,
    task,
    classes,
    x: takeRows(samples.x, first),
    target: read.target && takeRows(read.target, first),
    background: background?.x,
    seed,
    jobs,
    files: [["model", values.model!] as const, ...Object.entries(paths)].flatMap(([role, path]) =>
      path === undefined ? [] : [fileFacts(role, path)],
    ),
    notes: [
      ...new Set([
        ...model.notes,
        ...samples.notes,
        ...read.notes,
        ...(limit < n ? [cut] : []),
        ...(background?.notes ?? []),
        ...covered.notes,
      ]),
    ],
  };
}

/** @throws UsageError if there are not as many names as classes */
function checkClasses(
  task: TreeTask,
  { forest }: ForestFile,
  classes: readonly string[] | undefined,
): void {
  const apart = task === "binary" ? 2 : forest.outputs;
  if (!classes || task === "values" || classes.length === apart) return;
  const fact = `names ${classes.length} classes, the model tells ${apart} apart`;
  throw new UsageError(`--classes ${fact}.`);
}

/** Targets in a file of their own, or beside the points. */
async function readTarget(
  values: TreeValues,
  { forest }: ForestFile,
  task: TreeTask,
  classes: readonly string[] | undefined,
  n: number,
): Promise<{ target: Tensor | undefined; notes: readonly string[] }> {
  const reading = await readingOf({ ...values, train: undefined }, values.data!, values.target);
  const path = values.target ?? (reading.inside ? values.data! : undefined);
  if (path === undefined) return { target: undefined, notes: [] };
  const { values: found, notes } = await readArray(path, { ...reading.target, classes });
  const loss = targetLoss(task, found.data.length / n);
  return { target: targetRows(found, n, forest.outputs, loss, path), notes };
}

/** Up to 200 samples of the file of `--background`, drawn by the seed. */
async function readBackground(
  values: TreeValues,
  model: ForestFile,
  seed: number,
): Promise<{ x: Tensor; notes: readonly string[] } | undefined> {
  if (values.background === undefined) return undefined;
  const { x, notes } = await treeSamples(values, model, values.background);
  const n = x.shape[0];
  if (n <= BACKGROUND) return { x, notes };
  const drawn = makeRng(seed, "background").permutation(n).subarray(0, BACKGROUND);
  const words = `${BACKGROUND} of the ${n} points of ${basename(values.background)} were drawn as background.`;
  return {
    x: takeRows(
      x,
      Array.from(drawn).sort((a, b) => a - b),
    ),
    notes: [...notes, words],
  };
}

/**
 * The trees with covers where the method weighs branches by them: those of the file, or counted
 * over the training points.
 * @throws UsageError where there are neither
 */
async function withCovers(
  values: TreeValues,
  model: ForestFile,
  method: TreeMethod["name"],
): Promise<{ ensemble: TreeEnsemble; notes: readonly string[] }> {
  const ensemble = model.forest;
  const known = ensemble.members.every(({ cover }) => cover !== undefined);
  if (known || (method === "shapley" && values.background !== undefined)) {
    const why = known ? "the model keeps how many points took each branch" : "of the background";
    const unused = `--train was not needed: ${why}.`;
    return { ensemble, notes: values.train === undefined ? [] : [unused] };
  }
  if (values.train === undefined) {
    const fact = `${values.model}: does not keep how many training points took each branch, by which ${method === "saabas" ? "contributions" : "path-dependent values"} are weighed`;
    const other = method === "saabas" ? "" : ", or a --background";
    throw new UsageError(`${fact}. Give the training points with --train${other}.`);
  }
  const { x, notes } = await treeSamples(values, model, values.train);
  const words = `Branches are weighed by the ${x.shape[0]} points of ${basename(values.train)}.`;
  return { ensemble: withCover(ensemble, x), notes: [...notes, words] };
}
