import { displayBundle, inNotebook } from "../display.js";
import { INTERVAL, lineBundle, lineId, seconds } from "./progress.js";

/** What takes no longer shows no line, ms. */
const PATIENCE = 500;

/** A line of progress that a long call shows by itself. */
export interface NotebookLine {
  show(done: number, total: number, words: string): void;
  end(): void;
}

/**
 * Shown below the cell of a notebook from half a second on, at most five times a second; elsewhere
 * nothing is.
 */
export function notebookLine(label: string): NotebookLine {
  if (!inNotebook()) return { show: () => {}, end: () => {} };
  const begun = performance.now();
  const id = lineId();
  let last: number | undefined; // of an update; undefined before the first
  return {
    show(done, total, words) {
      const now = performance.now();
      if (now - begun < PATIENCE || (last !== undefined && now - last < INTERVAL)) return;
      displayBundle(lineBundle(`${label}${words && `: ${words}`} ${done}/${total}`, done, total), {
        id,
        update: last !== undefined,
      });
      last = now;
    },
    end() {
      if (last !== undefined)
        displayBundle(lineBundle(`${label} in ${seconds(begun)}`, 1, 1), { id, update: true });
    },
  };
}
