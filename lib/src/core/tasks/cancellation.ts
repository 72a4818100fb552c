import { InterruptedError } from "../errors.js";

/**
 * Shared with the thread that gave the work; its first entry is 1 once that wants no more of it.
 * The kernel of a notebook has one for the first thread: 1 once the user interrupts a cell. Absent
 * elsewhere.
 */
let flag: Int32Array | undefined = (globalThis as { [name: symbol]: Int32Array | undefined })[
  Symbol.for("phaselens.interrupts")
];

/**
 * How many computations of this thread were ended from outside, so that their `finally` never ran:
 * the kernel of a notebook does so with what does not hear an interrupt.
 */
export function endedFromOutside(): number {
  return flag !== undefined && flag.length > 1 ? Atomics.load(flag, 1) : 0;
}

/** The worker's side of a flag that another thread may set. */
export function watchCancellation(shared: SharedArrayBuffer): void {
  flag = new Int32Array(shared);
}

/**
 * Ends a task whose result nobody waits for any more. Long loops of the library call it now and
 * then (every few milliseconds of work): a worker thread hears nothing else while it computes, and
 * one that is terminated in the middle may take the process with it.
 *
 * @throws InterruptedError in a worker thread that was told to stop, and in an interrupted cell
 */
export function stopIfCancelled(): void {
  if (flag !== undefined && Atomics.load(flag, 0) !== 0)
    throw new InterruptedError("The computation was stopped.");
}
