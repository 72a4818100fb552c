import { nodeModule } from "../files/nodeModule.js";
import { isUnchanged, type FileStamp } from "./importedFiles.js";
import { environmentOfThreads, ParallelThread } from "./parallelThread.js";

/** How long a thread waits for the next call, ms. */
const WAIT = 10_000;

/** Memory with which a thread may wait, bytes; what is above goes back to the system. */
const KEPT_MEMORY = 2 ** 27;

/** What is known of a thread that waits. */
interface Waiting {
  readonly end: NodeJS.Timeout;
  /** The user's files that it has imported. */
  files: readonly FileStamp[];
}

/** Threads that wait, the latest last. */
const waiting = new Map<ParallelThread, Waiting>();
/** `environmentOfThreads` as those that wait have it. */
let environment = "";

/**
 * So many threads: those that wait from calls before, unless a file that they imported was edited
 * since, and new ones.
 * @param count  how many
 */
export function takeThreads(count: number): ParallelThread[] {
  const now = environmentOfThreads();
  if (now !== environment) endWaiting();
  environment = now;
  for (const [thread, { files }] of waiting)
    if (!thread.usable || !files.every(isUnchanged)) end(thread);
  const kept = [...waiting.keys()].slice(-count);
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
  const one: Waiting = { end: setTimeout(() => end(thread), WAIT).unref(), files: [] };
  waiting.set(thread, one);
  thread.rest(({ bytes, files }) => {
    one.files = files;
    if (bytes > KEPT_MEMORY && waiting.get(thread) === one) end(thread);
  });
}

function leave(thread: ParallelThread): void {
  clearTimeout(waiting.get(thread)?.end);
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
