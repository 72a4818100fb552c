import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow, hashFiles, sha256 } from "../base/hash.mjs";
import { inProject, root } from "../base/project.mjs";
import { toText } from "../run/outputs.mjs";

/** The modules that decide what an executed notebook contains. */
const runner = [
  "host.cjs",
  "late-compiler.cjs",
  "session.mjs",
  "execute.mjs",
  "outputs.mjs",
  "cell-failure.mjs",
  "locate.mjs",
];
/** Written from executions and read by the gallery alone: it decides nothing in a notebook. */
export const shippedVerdicts = inProject("data", "verdicts.json");
/** What the repository's studies found. */
const studies = inProject("data", "studies");
const here = fileURLToPath(new URL("../run/", import.meta.url));
const compilers = fileURLToPath(new URL("../compile/", import.meta.url));

/**
 * @typedef {{ notebook: string, library: string, data: string, lockfile: string, runner: string,
 *   jets?: string }} Hashes each SHA-256
 */

/**
 * Hashes of everything that an execution depends on besides preset and Node.
 * @param {import("../run/notebooks.mjs").NotebookFile} file  @returns {Hashes}
 */
export function hashesOf(file) {
  return {
    notebook: sha256(
      JSON.stringify([
        file.content.cells.map((cell) => [cell.cell_type, toText(cell.source)]),
        file.content.metadata?.phaselens,
      ]),
    ),
    library: hashFiles(
      root,
      filesBelow(inProject("lib", "dist"), (path) => !path.endsWith(".map")),
    ),
    data: hashFiles(
      root,
      filesBelow(inProject("data"), (path) => path !== shippedVerdicts),
    ),
    lockfile: hashFiles(root, [inProject("package-lock.json")]),
    runner: hashFiles(here, [...runner.map((name) => join(here, name)), ...filesBelow(compilers)]),
    // jets of a user's own, see data/README.md
    ...(process.env.PHASELENS_JETS ? { jets: identityOf(process.env.PHASELENS_JETS) } : {}),
  };
}

/**
 * Files of data/studies with the start of their hash, as `codeHash` is for a notebook.
 * @param {string[]} files  names there
 * @returns {Record<string, string>}
 */
export const studyHashes = (files) =>
  Object.fromEntries(
    files.map((file) => [file, hashFiles(studies, [join(studies, file)]).slice(0, 12)]),
  );

/**
 * Names, sizes and last changes of the files, which may be tens of GB. The change of the inode,
 * unlike the date of modification, cannot be set back.
 * @param {string} places separated as in PATH
 * @returns {string}
 */
function identityOf(places) {
  const files = places
    .split(delimiter)
    .flatMap((place) =>
      existsSync(place) && statSync(place).isFile() ? [place] : filesBelow(place),
    );
  const identity = (path) => {
    const { size, ctimeNs } = statSync(path, { bigint: true });
    return [path, `${size}`, `${ctimeNs}`];
  };
  return sha256(JSON.stringify([places, files.map(identity)]));
}

/**
 * One name for an execution: equal fingerprints give equal outputs.
 * @param {Hashes} hashes
 * @param {string} preset
 */
export const fingerprint = (hashes, preset) =>
  sha256(JSON.stringify([hashes, preset, process.version])).slice(0, 20);
