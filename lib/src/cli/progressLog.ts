import { progress, type Progress } from "../core/tasks/progress.js";
import { shownLines } from "./print.js";

const INTERVAL = 15_000; // ms between two lines of a log file

/** "40 s", "12 min", "3.5 h" */
export function duration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

export interface ProgressLog {
  progress(done: number, total: number, secondsLeft: number | undefined): void;
  notice(line: string): void;
  end(): void;
}

/**
 * Progress on standard error: one rewritten line on a terminal, now and then a line in a log file.
 */
export function progressLog(label: string): ProgressLog {
  let bar: Progress | undefined;
  let last = performance.now();
  return {
    progress(done, total, secondsLeft) {
      const left = secondsLeft === undefined ? undefined : `about ${duration(secondsLeft)} left`;
      if (process.stderr.isTTY) {
        bar ??= progress(label, total);
        bar.tick(done, left);
      } else if (performance.now() - last > INTERVAL) {
        last = performance.now();
        process.stderr.write(`${label} ${done}/${total}${left ? `, ${left}` : ""}\n`);
      }
    },
    notice(line) {
      process.stderr.write(`${process.stderr.isTTY ? "\r\x1b[K" : ""}${shownLines(line)}\n`);
    },
    end() {
      bar?.done();
    },
  };
}
