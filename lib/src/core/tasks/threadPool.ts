import { nodeModule } from "../files/nodeModule.js";
import { environmentOfThreads, ParallelThread } from "./parallelThread.js";

/** How long a thread waits for the next call, ms. */
const WAIT = 10_000;

/**
 * The same for one that has imported modules of the user's: what is edited between two calls, in a
 * notebook, is to be read anew; calls one after the other find the thread.
 */
const WAIT_OF_FOREIGN = 1_000;

/** Memory with which a thread may wait, bytes; what is above goes back to the system. */
const KEPT_MEMORY = 2 ** 27;

/** Threads that wait, the latest last. */
const waiting = new Map<ParallelThread, NodeJS.Timeout>();
/** `environmentOfThreads` as those that wait have it. */
let environment = "";

/**
 * So many threads: those that wait from calls before, and new ones.
 * @param count  how many
 */
export function takeThreads(count: number): ParallelThread[] {
  const now = environmentOfThreads();
  if (now !== environment) endWaiting();
  environment = now;
  const kept = [...waiting.keys()].filter(({ usable }) => usable).slice(-count);
  for (const thread of kept) {
    leave(thread);
    thread.wake();
  }
  return [...kept, ...Array.from({ length: count - kept.length }, () => new ParallelThread())];
}

/**
 * Lets a thread wait for another call. It does not keep the process, and ends after a while, at
 * once if it holds much memory, if as many wait as there are cores, or if it has come to an end.
 */
export function giveBack(thread: ParallelThread): void {
  const cores = nodeModule("node:os", "counting cores").availableParallelism();
  if (!thread.usable || waiting.size >= cores || environmentOfThreads() !== environment)
    return thread.finish();
  if (waiting.size === 0) process.once("beforeExit", endWaiting);
  waitFor(thread, WAIT);
  thread.rest(({ bytes, foreign }) => {
    if (!waiting.has(thread)) return; // it works again already
    if (bytes > KEPT_MEMORY) end(thread);
    else if (foreign) waitFor(thread, WAIT_OF_FOREIGN);
  });
}

function waitFor(thread: ParallelThread, milliseconds: number): void {
  clearTimeout(waiting.get(thread));
  waiting.set(thread, setTimeout(() => end(thread), milliseconds).unref());
}

function leave(thread: ParallelThread): void {
  clearTimeout(waiting.get(thread));
  waiting.delete(thread);
  if (waiting.size === 0) process.off("beforeExit", endWaiting);
}

function end(thread: ParallelThread): void {
  leave(thread);
  thread.finish();
}

/**
 * Before the process ends: threads that end by themselves do so in order, those that Node would
 * terminate with it might not, see `ParallelThread.finish`.
 */
function endWaiting(): void {
  for (const thread of waiting.keys()) end(thread);
}
