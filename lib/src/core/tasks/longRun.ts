import { takes, type ArgumentKind } from "../arguments/takes.js";
import { callable, having, optional, record, text } from "../arguments/kinds.js";
import { onNode } from "../files/nodeModule.js";
import { inNotebook } from "../display.js";
import { InterruptedError } from "../errors.js";
import { notebookLine } from "./notebookLine.js";

/** What every long asynchronous call of the library takes. */
export interface LongRunOptions {
  /**
   * Once it is aborted the call rejects with its reason, and what it had under way in worker
   * threads ends (default: only the interrupt of a notebook stops it).
   */
  readonly signal?: AbortSignal;
  /**
   * Told how many of all parts are done. Without it a notebook shows a line of progress below the
   * cell.
   */
  readonly onDone?: (done: number, total: number) => void;
}

/** A long call, seen from inside. */
export interface LongRun {
  /** Aborted by the caller's signal, and in a notebook by the interrupt of the kernel. */
  readonly signal: AbortSignal;
  /** Reports parts that are done. @param words  what they are, for a line of progress */
  tick(done: number, total: number, words?: string): void;
  /**
   * Hands back to the event loop if the last time was some milliseconds ago, so that interrupts,
   * timers and messages come through.
   * @throws the reason of the abortion
   */
  pause(): Promise<void>;
  /**
   * Options for a long call inside this one: it is stopped with this one and tells its line how far
   * it is.
   */
  part(words: string): Required<LongRunOptions>;
}

export const abortSignal: ArgumentKind = having("an AbortSignal", "aborted", "addEventListener");

/** Work between two looks at the event loop, ms. */
const SLICE = 20;

/**
 * Runs long work that can be stopped and followed.
 * @param label  names the call in its line of progress and where it is interrupted
 */
export async function longRun<T>(
  label: string,
  options: LongRunOptions,
  work: (run: LongRun) => Promise<T>,
): Promise<T> {
  takes(typeof label === "string" ? label : "longRun", {
    label: [label, text],
    options: [options, record({ onDone: optional(callable), signal: optional(abortSignal) })],
    work: [work, callable],
  });
  const { signal: asked, onDone } = options;
  asked?.throwIfAborted();
  const controller = new AbortController();
  const { signal } = controller;
  const stop = (): void => controller.abort(asked?.reason);
  asked?.addEventListener("abort", stop, { once: true });
  const release = onInterrupt(() =>
    controller.abort(new InterruptedError(`${label}: interrupted.`)),
  );
  const line = onDone ? undefined : notebookLine(label);
  const show =
    (words: string) =>
    (done: number, total: number): void =>
      line?.show(done, total, words);
  let last = performance.now();
  try {
    return await work({
      signal,
      tick: (done, total, words = "") =>
        onDone ? onDone(done, total) : line?.show(done, total, words),
      pause: async () => {
        signal.throwIfAborted();
        if (performance.now() - last < SLICE) return;
        await nextTurn();
        last = performance.now();
        signal.throwIfAborted();
      },
      part: (words) => ({ signal, onDone: show(words) }),
    });
  } finally {
    line?.end();
    release();
    asked?.removeEventListener("abort", stop);
  }
}

/**
 * After timers, messages and signals that wait have had their turn. The first immediate may come
 * before the timers of this turn of the loop, the second comes after a whole turn.
 */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(() => setImmediate(resolve));
    else setTimeout(resolve, 0);
  });
}

/**
 * Listens for the interrupt of a notebook's kernel (SIGINT). Elsewhere nothing is listened to: a
 * program's own answer to an interrupt, by default its end, stays what it is.
 *
 * The kernel runs the synchronous beginning of a cell as a script that SIGINT breaks off; for that
 * time Node takes all listeners away and answers itself, and it puts the default answer, the end of
 * the process, back over a listener that came in between. So the listening begins with the next
 * microtask, when the script is over.
 * @returns  ends the listening
 */
function onInterrupt(listener: () => void): () => void {
  if (!onNode() || !inNotebook()) return () => {};
  let over = false;
  queueMicrotask(() => {
    if (!over) process.on("SIGINT", listener);
  });
  return () => {
    over = true;
    process.off("SIGINT", listener);
  };
}
