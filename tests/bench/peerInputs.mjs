// What a peer reads: a folder of .npy arrays and problem.json for each row, written by `prepare`,
// outside the measured time.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tensor, writeNpy } from "phaselens/core";

/** Folder of a row's inputs, absolute. @param {string} id  of the row */
export const inputFolder = (id) =>
  fileURLToPath(new URL(`../../.cache/bench/${id}`, import.meta.url));

/**
 * Writes the arrays and settings of a row. Names that begin with "expected" hold our results; the
 * peer stops if its own differ.
 * @param {string} id  of the row
 * @param {Record<string, import("phaselens/core").Tensor | Float64Array>} arrays
 * @param {Record<string, unknown>} [settings]
 */
export function writePeerInputs(id, arrays, settings = {}) {
  const folder = inputFolder(id);
  mkdirSync(folder, { recursive: true });
  for (const [name, array] of Object.entries(arrays)) {
    writeNpy(join(folder, `${name}.npy`), "shape" in array ? array : tensor([array.length], array));
  }
  writeFileSync(join(folder, "problem.json"), JSON.stringify(settings));
}

/**
 * The peer of a row: a script of `peers/` that gets the row's inputs.
 * @param {string} id  @param {string} label  @param {string} script
 */
export function peerOf(id, label, script) {
  return { label, script: `tests/bench/peers/${script}`, args: [inputFolder(id)] };
}
