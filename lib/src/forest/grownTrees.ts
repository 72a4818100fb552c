import "../core/cache/checkpointFile.js"; // not in a page's bundle, see checkpoints
import {
  checkpointEvery,
  checkpointFiles,
  type CheckpointOptions,
} from "../core/cache/checkpoints.js";
import { fingerprint } from "../core/cache/fingerprint.js";
import { makeRng, type Rng } from "../core/random/rng.js";
import type { LongRunOptions } from "../core/tasks/longRun.js";
import { parallelMap, type ParallelTask } from "../core/tasks/parallel.js";
import { bootstrapCounts } from "./bootstrapCounts.js";
import type { RegressionData } from "./regressionData.js";
import type { SplittingOptions } from "./regressionTree.js";
import type { SortedColumns } from "./sortedColumns.js";

/** What all trees of a forest share. */
export interface SharedTrees {
  readonly columns: SortedColumns;
  readonly target: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly splitting: Required<SplittingOptions>;
  readonly bootstrap: boolean;
  readonly seed: number;
}

/** One of them. */
export interface TreeRequest extends SharedTrees {
  readonly tree: number;
}

/** Below so many samples × features × trees threads cost more than they save. */
const WORTH_THREADS = 4e6;

/** How often each sample of a tree was drawn. [samples] */
export function drawsOf({
  columns: { samples },
  bootstrap,
  seed,
  tree,
}: TreeRequest): Float64Array {
  return bootstrap ? bootstrapCounts(samples, seed, tree) : new Float64Array(samples).fill(1);
}

/** The stream of the order in which the nodes of a tree look at features. */
export const splitsRng = ({ seed, tree }: TreeRequest): Rng => makeRng(seed, `tree ${tree}/splits`);

/** How trees are grown, and where they are kept. */
export interface GrowingOptions extends LongRunOptions {
  readonly checkpoint?: CheckpointOptions;
  readonly jobs?: number;
}

const namesOf = ({ x, target, weights }: RegressionData): readonly string[] => [
  `${x.shape.join("×")} ${fingerprint(x.data)}`,
  fingerprint(Float64Array.from(target)),
  ...(weights ? [`weights ${fingerprint(Float64Array.from(weights))}`] : []),
];

/** All trees, in stretches between which they are kept where that is asked for. */
export async function grownTrees<Shared extends SharedTrees, Tree>(
  task: ParallelTask & { compute(tree: number, shared: Shared): Tree },
  shared: Shared,
  wanted: number,
  data: RegressionData,
  options: GrowingOptions,
): Promise<Tree[]> {
  const { checkpoint, signal, onDone } = options;
  const { samples, features } = shared.columns;
  const numbers = Array.from({ length: wanted }, (_, tree) => tree);
  const jobs = options.jobs ?? (samples * features * wanted < WORTH_THREADS ? 1 : undefined);
  const grow = (some: readonly number[], done: number): Promise<Tree[]> =>
    parallelMap<number, Tree>(task, some, {
      label: "randomForest",
      shared,
      jobs,
      signal,
      onDone: onDone && ((more) => onDone(done + more, wanted)),
    });
  if (checkpoint === undefined) return grow(numbers, 0);
  const { splitting, bootstrap, seed } = shared;
  const identity = { ...splitting, bootstrap, seed, trees: wanted, data: namesOf(data) };
  const every = checkpointEvery(checkpoint, "randomForest");
  const { path } = checkpoint;
  const files = checkpointFiles("randomForest");
  const trees = (files.read(path, identity, "randomForest") ?? []) as Tree[];
  while (trees.length < wanted) {
    const next = numbers.slice(trees.length, trees.length + every);
    trees.push(...(await grow(next, trees.length)));
    files.write(path, identity, trees);
  }
  return trees;
}
