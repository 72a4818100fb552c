import type { LongRun } from "../../core/tasks/longRun.js";

/** Runs a generator to its end, with a look at the event loop after each of its steps. */
export async function inPieces<T>(run: LongRun, steps: Generator<void, T>): Promise<T> {
  for (;;) {
    await run.pause();
    const step = steps.next();
    if (step.done) return step.value;
  }
}
