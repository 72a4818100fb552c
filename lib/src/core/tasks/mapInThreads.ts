import type { LongRun } from "./longRun.js";
export { notCopied } from "./notCopied.js";
import { ParallelThread } from "./parallelThread.js";
import { giveBack, takeThreads } from "./threadPool.js";

/**
 * `parallelMap` in worker threads.
 * @param address  of the module, `name` of the task in it
 * @param jobs     how many threads
 */
export async function mapInThreads<I, O>(
  address: string,
  name: string,
  items: readonly I[],
  shared: unknown,
  jobs: number,
  { signal, tick }: LongRun,
): Promise<O[]> {
  const results = new Array<O>(items.length);
  const threads = takeThreads(jobs);
  const computing = new Map<ParallelThread, number>();
  let next = 0;
  let done = 0;
  let failure: { index: number; error: unknown } | undefined;

  /**
   * Items are handed out in order, so those before the failed one are done or under way: once they
   * are back, the first failure in order is known. Those after it no longer matter.
   */
  const fail = (index: number, error: unknown): void => {
    if (signal.aborted || (failure && failure.index < index)) return;
    failure = { index, error };
    for (const [thread, other] of computing) if (other > index) thread.end();
  };
  /** One that is in the place of another, where that died of what a call before had left in it. */
  const replaced = (dead: ParallelThread): ParallelThread => {
    const fresh = new ParallelThread();
    fresh.begin(address, name, shared);
    threads.splice(threads.indexOf(dead), 1, fresh);
    return fresh;
  };
  const computed = async (thread: ParallelThread, index: number): Promise<ParallelThread> => {
    computing.set(thread, index);
    try {
      results[index] = (await thread.compute(
        index,
        items[index],
        `item ${index} of ${items.length} (${name})`,
      )) as O;
      tick(++done, items.length);
    } catch (error) {
      const matters = !signal.aborted && !(failure && failure.index < index);
      if (thread.diedOfThePast && matters) {
        computing.delete(thread);
        return computed(replaced(thread), index);
      }
      fail(index, error);
    }
    computing.delete(thread);
    return thread;
  };
  const serve = async (first: ParallelThread): Promise<void> => {
    let thread = first;
    while (next < items.length && !failure && !signal.aborted)
      thread = await computed(thread, next++);
  };

  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener(
      "abort",
      () => {
        for (const thread of threads) thread.cancel();
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
  try {
    for (const thread of threads) thread.begin(address, name, shared);
    await Promise.race([Promise.all([...threads].map(serve)), aborted]);
  } finally {
    for (const thread of threads) giveBack(thread);
  }
  if (failure) throw (failure as { error: unknown }).error;
  return results;
}
