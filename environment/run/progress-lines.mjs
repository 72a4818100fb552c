// Progress of several notebooks on a terminal: one line each, rewritten in place; plain lines where
// there is no terminal.
import { clearInterval, setInterval } from "node:timers";
import { earlierTimes } from "./shared-execution.mjs";

/** @param {number} seconds */
export const duration = (seconds) =>
  seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, "0")} s`;

/** An estimate, so rounded: "40 s", "3 min". */
const about = (seconds) =>
  seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;

/**
 * @param {string[]} names  notebooks, for the width of the first column
 * @param {{ preset: string, stream?: NodeJS.WriteStream }} options
 */
export function progressLines(names, { preset, stream = process.stdout }) {
  const inPlace = Boolean(stream.isTTY) && !process.env.CI;
  const width = Math.max(0, ...names.map((name) => name.length));
  /** Notebooks that run now. `earlier`: how long their cells took last time. */
  const running = new Map();
  let drawn = 0;
  const timer = inPlace ? setInterval(draw, 500).unref() : null;

  function erase() {
    if (drawn > 0) stream.write(`\x1b[${drawn}A\x1b[0J`);
    drawn = 0;
  }

  function draw() {
    if (!inPlace) return;
    erase();
    for (const [name, state] of running) {
      stream.write(`${line(name, state).slice(0, (stream.columns ?? 80) - 1)}\n`);
      drawn++;
    }
  }

  function line(name, { cell, cells, begun, cellBegun, note, earlier }) {
    const parts = [`cell ${cell}/${cells}`, duration((Date.now() - begun) / 1000)];
    const left = remaining(earlier, cell, (Date.now() - cellBegun) / 1000);
    if (left >= 2) parts.push(`about ${about(left)} left`);
    if (note) parts.push(note);
    return `  ${name.padEnd(width)}  ${parts.join(" · ")}`;
  }

  /** Prints a line that stays, above those that are rewritten. */
  function print(text) {
    erase();
    stream.write(`${text}\n`);
    draw();
  }

  return {
    print,

    /** @param {string} name  @param {import("./execute.mjs").ProgressEvent} event */
    event(name, event) {
      if (event.type === "cell") {
        const state = running.get(name) ?? {
          begun: Date.now(),
          earlier: earlierTimes(name, preset),
        };
        running.set(name, {
          ...state,
          cell: event.cell,
          cells: event.cells,
          cellBegun: Date.now(),
          note: "",
        });
        draw();
      } else if (event.type === "note" && running.has(name)) {
        running.get(name).note = event.text.split("\n")[0].trim();
      } else if (event.type === "cellDone" && !inPlace && !event.failed) {
        const left = remaining(running.get(name)?.earlier ?? [], event.cell + 1, 0);
        const estimate = left >= 2 ? `, about ${about(left)} left` : "";
        stream.write(
          `  ${name.padEnd(width)}  cell ${event.cell}/${event.cells}  ${duration(event.seconds)}${estimate}\n`,
        );
      }
    },

    /** @param {import("./shared-execution.mjs").Executed} result */
    done(result) {
      running.delete(result.name);
      const verdict = result.failures.length > 0 ? "FAILED" : "done";
      const time = result.reused
        ? `unchanged since ${result.provenance.date.slice(0, 16).replace("T", " ")}`
        : duration(result.seconds);
      print(`  ${result.name.padEnd(width)}  ${verdict}  ${time}`);
      for (const failure of result.failures) print(`    ${failure.message}`);
    },

    close() {
      if (timer) clearInterval(timer);
      erase();
    },
  };
}

/**
 * Seconds that the cells from `cell` on took last time, less what has passed in this one; 0 when
 * unknown.
 */
function remaining(earlier, cell, passed) {
  const rest = earlier.filter((one) => one.cell >= cell);
  const thisOne = rest.find((one) => one.cell === cell)?.seconds ?? 0;
  return rest.reduce((sum, one) => sum + one.seconds, 0) - Math.min(passed, thisOne);
}
