import { takes } from "../arguments/takes.js";
import { count, text } from "../arguments/kinds.js";
import { displayBundle } from "../display.js";
import { onNode } from "../files/nodeModule.js";

/** A line that says how far a long computation is. */
export interface Progress {
  /** @param note  a few words, e.g. the current loss */
  tick(done: number, note?: string): void;
  done(): void;
}

/** ms between two updates. */
export const INTERVAL = 200;
const BAR = 24; // characters

let lines = 0;

/** Names the output of one line. */
export function lineId(): string {
  return `phaselens-progress-${onNode() ? process.pid : "page"}-${++lines}`;
}

/** What a notebook shows of a line: a bar, or the text alone. */
export function lineBundle(text: string, done: number, total: number): Record<string, string> {
  return {
    "text/plain": text,
    "text/html": `<progress value="${done}" max="${total}"></progress> ${escapeHtml(text)}`,
  };
}

const escapeHtml = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
/** Time since then, in words. */
export const seconds = (since: number): string =>
  `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * Shows the progress of `total` steps: in place under the notebook cell, as one rewritten line on a
 * terminal (stderr), not at all elsewhere. Cheap enough to be called at each step: at most five
 * updates a second are sent.
 */
export function progress(label: string, total: number): Progress {
  takes("progress", { label: [label, text], total: [total, count()] });
  const id = lineId();
  const begun = performance.now();
  let last = -Infinity;
  let inNotebook: boolean | undefined; // unknown until the first attempt
  let onTerminal = false;
  let reached = 0;

  const show = (text: string, done: number): void => {
    if (inNotebook !== false) {
      inNotebook = displayBundle(lineBundle(text, done, total), {
        id,
        update: inNotebook === true,
      });
    }
    if (!inNotebook && onNode() && process.stderr.isTTY) {
      const filled = total > 0 ? Math.round((BAR * Math.min(done, total)) / total) : BAR;
      process.stderr.write(`\r\x1b[K${"█".repeat(filled)}${"░".repeat(BAR - filled)} ${text}`);
      onTerminal = true;
    }
  };

  show(`${label} 0/${total}`, 0);
  return {
    tick(done, note) {
      reached = done;
      if (performance.now() - last < INTERVAL && done < total) return;
      last = performance.now();
      show(`${label} ${done}/${total}${note === undefined ? "" : ` · ${note}`}`, done);
    },
    done() {
      show(
        `${label} ${reached === 0 ? "done" : `${reached}/${total}`} in ${seconds(begun)}`,
        reached || total,
      );
      if (onTerminal) process.stderr.write("\n");
    },
  };
}
