import { InterruptedError } from "../errors.js";

/**
 * Shared with the thread that gave the work; 1 once it wants no more of it. Absent in that thread
 * itself.
 */
let flag: Int32Array | undefined;

/** The worker's side of a flag that another thread may set. */
export function watchCancellation(shared: SharedArrayBuffer): void {
  flag = new Int32Array(shared);
}

/**
 * Ends a task whose result nobody waits for any more. Long loops of the library call it now and
 * then (every few milliseconds of work): a worker thread hears nothing else while it computes, and
 * one that is terminated in the middle may take the process with it.
 *
 * @throws InterruptedError in a worker thread that was told to stop
 */
export function stopIfCancelled(): void {
  if (flag !== undefined && Atomics.load(flag, 0) !== 0)
    throw new InterruptedError("The computation was stopped.");
}
