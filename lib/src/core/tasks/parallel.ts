import { takes } from "../arguments/takes.js";
import {
  address,
  callable,
  count,
  list,
  name,
  optional,
  record,
  text,
} from "../arguments/kinds.js";
import { ConfigError } from "../errors.js";
import { nodeModule, onNode } from "../files/nodeModule.js";
import { longRun, type LongRun, type LongRunOptions } from "./longRun.js";
import { loadTask, taskAddress, type Task } from "./parallelTask.js";

/** A function that worker threads can find: the export `name` of a module. */
export interface ParallelTask {
  module: string | URL;
  name: string;
  /**
   * The same function, where it is at hand: called in this thread (jobs: 1) without looking for the
   * module, which a bundle has no more.
   */
  compute?(item: never, shared: never): unknown;
}

/** Options of `parallelMap`. */
export interface ParallelOptions extends LongRunOptions {
  /**
   * Number of worker threads; PHASELENS_JOBS or the number of cores by default. 1, and any number
   * in a browser, computes in this thread, and hands back to the event loop between items.
   */
  readonly jobs?: number;
  /** What a line of progress and an interruption call it; "parallelMap" by default. */
  readonly label?: string;
  /**
   * What all items need, such as a network and its data: copied to each thread once instead of with
   * each item, and handed to the task after the item; one object for all items of a thread, to
   * which a task may tie what it prepares (default nothing).
   */
  readonly shared?: unknown;
}

function numberOfJobs(option: number | undefined): number {
  const setting = onNode() ? process.env.PHASELENS_JOBS : "1";
  const jobs =
    option ??
    (setting ? Number(setting) : nodeModule("node:os", "counting cores").availableParallelism());
  if (!(Number.isInteger(jobs) && jobs >= 1)) {
    const origin = option === undefined ? `PHASELENS_JOBS is "${setting}"` : `jobs is ${option}`;
    throw new ConfigError(`parallelMap: ${origin}; it must be a whole number of at least 1.`, {
      jobs,
    });
  }
  return jobs;
}

/**
 * `items.map(task)` over worker threads, results in order. Items and results are copied between
 * threads (structured cloning), with one worker as with many, so the results are the same for any
 * number of workers as long as the task depends on its item alone: put what is random into the
 * item, as a seed and a label for `makeRng`.
 *
 * If tasks fail, the error of the first of them in order is thrown, of the same class, message and
 * details as in its thread. Once the signal is aborted the promise rejects at once, and the threads
 * end as soon as they hear of it.
 * @param task its module is imported by each worker: a URL, an absolute path, "phaselens/…" or a
 *   package name
 * @param items  numbers, texts, arrays, typed arrays, plain objects of them
 * @throws ConfigError for a task that cannot be found, PhaselensError naming the item whose worker
 *   died
 */
export async function parallelMap<I, O>(
  task: ParallelTask,
  items: readonly I[],
  options: ParallelOptions = {},
): Promise<O[]> {
  takes("parallelMap", {
    task: [
      task,
      record(
        { module: address, name, compute: optional(callable) },
        "{ module, name } of a function",
      ),
    ],
    items: [items, list],
    options: [options, record({ label: optional(text), jobs: optional(count(1)) })],
  });
  const from = taskAddress(task.module);
  const here = computesHere(options.jobs, items.length);
  return longRun(options.label ?? "parallelMap", options, async (run) => {
    const { shared } = options;
    if (here) return mapHere<I, O>(from, task, items, shared, run);
    const { mapInThreads } = await threads();
    return mapInThreads<I, O>(
      from,
      task.name,
      items,
      shared,
      Math.min(numberOfJobs(options.jobs), items.length),
      run,
    );
  });
}

/**
 * Whether `parallelMap` will call `compute` in this thread, which may then use what cannot travel:
 * layers and losses of one's own.
 * @param jobs   as in `ParallelOptions`
 * @param items  how many there are
 */
export function computesHere(jobs: number | undefined, items: number): boolean {
  return Math.min(numberOfJobs(jobs), items) <= 1 || !onNode();
}

/** Apart from `new URL`, which bundlers would take for a file to be copied. */
const file = import.meta.url;

/** What only Node needs, loaded when it is used: bundles for pages stay small. */
const threads = (): Promise<typeof import("./mapInThreads.js")> =>
  import(/* @vite-ignore */ new URL("./mapInThreads.js", file).href) as never;

async function mapHere<I, O>(
  address: string,
  task: ParallelTask,
  items: readonly I[],
  shared: unknown,
  run: LongRun,
): Promise<O[]> {
  const compute = (task.compute as Task | undefined) ?? (await loadTask(address, task.name));
  const own = structuredClone(shared);
  const results: O[] = [];
  for (const item of items) {
    await run.pause();
    const result = await compute(structuredClone(item), own);
    try {
      results.push(structuredClone(result) as O);
    } catch (error) {
      // a page's bundle does not carry the words
      throw onNode()
        ? (await threads()).notCopied(`the result of item ${results.length}`, error)
        : error;
    }
    run.tick(results.length, items.length);
  }
  return results;
}
