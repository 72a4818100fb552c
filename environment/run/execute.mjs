import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import { Failure } from "../base/failure.mjs";
import { inProject } from "../base/project.mjs";
import { compiledCells } from "../compile/compiler.mjs";
import { cellFailure, lateFailure } from "./cell-failure.mjs";
import { OutputCollector, toLines, toText } from "./outputs.mjs";
import { Session } from "./session.mjs";

/** Longest time of one cell in seconds, by preset. `paper` is for a night. */
export const cellTimeout = { quick: 600, standard: 3600, paper: 12 * 3600 };

/**
 * @typedef {{ type: "cell", cell: number, cells: number } | { type: "cellDone", cell: number,
 *   cells: number, seconds: number,
 *   failed: boolean } | { type: "note", text: string }} ProgressEvent
 *
 * @typedef {object} ExecuteOptions
 * @property {import("./preset.mjs").Preset} [preset]
 * @property {number} [timeout]  longest time of one cell, seconds
 * @property {number} [threads]  worker threads that one notebook may use
 * @property {(event: ProgressEvent) => void} [onProgress]
 *
 * @typedef {object} Execution
 * @property {any} notebook  the notebook with its outputs (nbformat 4)
 * @property {import("./cell-failure.mjs").CellFailure[]} failures
 * @property {{ cell: number, seconds: number }[]} cells  the code cells that ran
 * @property {number} seconds
 * @property {number} peakBytes  largest resident memory
 * @property {number | null} cpuSeconds of all threads; null, as the next three, when the process was
 *   killed
 * @property {{ found: number, made: number } | null} cache results taken from the library's cache,
 *   and computed
 * @property {string[] | null} studies  files of data/studies that were read
 * @property {Record<string, unknown> | null} parameters  the notebook's `params`
 */

/**
 * Runs all code cells of a notebook in a process of their own. It stops at the first failure,
 * except that a claim which does not hold lets the cells after it speak too.
 * @param {import("./notebooks.mjs").NotebookFile} file
 * @param {ExecuteOptions} [options]
 * @returns {Promise<Execution>}
 */
export async function execute(
  file,
  { preset = "quick", timeout = cellTimeout[preset], threads, onProgress = () => {} } = {},
) {
  const notebook = withoutOutputs(file.content);
  const cells = notebook.cells.filter((cell) => cell.cell_type === "code");
  const collector = new OutputCollector();
  const failures = [];
  const times = [];
  let peakBytes = 0;
  let settled = null;
  const start = performance.now();

  const folder = dirname(resolve(file.path));
  const compiling = compiledCells(file);
  const session = new Session(folder, environment(preset, threads), {
    output(message) {
      if (message.type === "display" && message.content.transient?.display_id) {
        onProgress({
          type: "note",
          text: toText(/** @type {string} */ (message.content.data["text/plain"])),
        });
      }
      collector.add(cells[Math.max(message.cell, 1) - 1].outputs, message);
    },
    late(during, error) {
      record(lateFailure(during, error, file.code));
    },
  });

  function record(failure) {
    // One fault often shows twice: as the cell's error and as a rejection nobody waited for.
    if (
      failures.some(
        (known) =>
          known.cell === failure.cell &&
          known.trace[0] === failure.trace[0] &&
          failure.trace.length > 0,
      )
    )
      return;
    failures.push(failure);
    cells[Math.max(failure.cell, 1) - 1].outputs.push({
      output_type: "error",
      ename: failure.name,
      evalue: failure.message,
      traceback: failure.trace.length > 0 ? failure.trace : [failure.message],
    });
  }

  try {
    const started = await session.ready;
    if (started.type === "ended") {
      throw new Failure(
        `${file.name}: its process ended before the first cell (exit code ${started.exitCode}). Run npm ci, then npm run doctor.`,
      );
    }
    const compiled = await compiling;
    for (const [index, cell] of cells.entries()) {
      const number = index + 1;
      if (file.code[index].trim() === "") continue;
      onProgress({ type: "cell", cell: number, cells: cells.length });
      const begun = performance.now();
      const result = await session.run(number, file.code[index], {
        timeout,
        compiled: compiled[index],
      });
      const seconds = (performance.now() - begun) / 1000;
      cell.execution_count = result.count ?? number;
      peakBytes = Math.max(peakBytes, result.peakBytes ?? 0);
      times.push({ cell: number, seconds });
      const failure = cellFailure(number, result, file.code, timeout);
      if (failure) record(failure);
      onProgress({
        type: "cellDone",
        cell: number,
        cells: cells.length,
        seconds,
        failed: failures.length > 0,
      });
      if (failures.some((one) => !one.claim)) break;
    }
  } finally {
    settled = await session.close();
  }
  const { cpuSeconds = null, cache = null, studies = null, parameters = null } = settled ?? {};
  const seconds = (performance.now() - start) / 1000;
  const used = { cpuSeconds, cache, studies, parameters };
  return { notebook, failures, cells: times, seconds, peakBytes, ...used };
}

/** A copy of the notebook as git holds it: no outputs, no counts, the kernel named. */
function withoutOutputs(content) {
  const notebook = JSON.parse(JSON.stringify(content));
  for (const cell of notebook.cells) {
    cell.source = toLines(toText(cell.source));
    if (cell.cell_type === "code") Object.assign(cell, { outputs: [], execution_count: null });
  }
  notebook.metadata = {
    ...notebook.metadata,
    kernelspec: { name: "tslab", display_name: "TypeScript (phaselens)", language: "typescript" },
  };
  return notebook;
}

/**
 * What the cells see. Colours are for terminals, not for files.
 * @param {string} preset
 * @param {number} [threads]
 */
export function environment(preset, threads = availableParallelism()) {
  const inherited = { ...process.env };
  delete inherited.FORCE_COLOR;
  return {
    ...inherited,
    PHASELENS_PRESET: preset,
    PHASELENS_CACHE: process.env.PHASELENS_CACHE ?? inProject(".cache", "phaselens"),
    PHASELENS_JOBS: process.env.PHASELENS_JOBS ?? String(threads),
  };
}
