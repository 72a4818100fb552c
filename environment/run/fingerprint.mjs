import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow, hashFiles, sha256 } from "../hash.mjs";
import { inProject, root } from "../project.mjs";
import { toText } from "./outputs.mjs";

/** The modules that decide what an executed notebook contains. */
const runner = ["host.cjs", "session.mjs", "execute.mjs", "outputs.mjs", "cell-failure.mjs", "locate.mjs"];
const here = fileURLToPath(new URL(".", import.meta.url));

/** @typedef {{ notebook: string, library: string, data: string, lockfile: string, runner: string }} Hashes  each SHA-256 */

/**
 * Hashes of everything that an execution depends on besides preset and Node.
 * @param {import("./notebooks.mjs").NotebookFile} file  @returns {Hashes}
 */
export function hashesOf(file) {
  return {
    notebook: sha256(JSON.stringify([file.content.cells.map((cell) => [cell.cell_type, toText(cell.source)]), file.content.metadata?.phaselens])),
    library: hashFiles(root, filesBelow(inProject("lib", "dist"), (path) => !path.endsWith(".map"))),
    data: hashFiles(root, filesBelow(inProject("data"))),
    lockfile: hashFiles(root, [inProject("package-lock.json")]),
    runner: hashFiles(
      here,
      runner.map((name) => join(here, name)),
    ),
  };
}

/** One name for an execution: equal fingerprints give equal outputs. @param {Hashes} hashes  @param {string} preset */
export const fingerprint = (hashes, preset) => sha256(JSON.stringify([hashes, preset, process.version])).slice(0, 20);
