import { printable } from "../core/printable.js";
import { progress, type Progress } from "../core/tasks/progress.js";

/** What is done, on standard error: a line a step, with a bar on a terminal. */
export interface StepLog {
  step(words: string): void;
  progress(done: number, total: number): void;
  notice(line: string): void;
  end(): void;
}

export function stepLog(label: string): StepLog {
  let bar: Progress | undefined;
  const endBar = (): void => {
    bar?.done();
    bar = undefined;
  };
  return {
    step(words) {
      endBar();
      process.stderr.write(`${label}: ${printable(words)} …\n`);
    },
    progress(done, total) {
      if (!process.stderr.isTTY) return;
      bar ??= progress(label, total);
      bar.tick(done);
    },
    notice(line) {
      endBar();
      process.stderr.write(`${label}: ${printable(line)}\n`);
    },
    end: endBar,
  };
}
