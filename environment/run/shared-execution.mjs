// One execution of a notebook serves `npm start` and the tests: results are kept under a hash of
// everything they depend on.
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { readJsonIfSound } from "../base/json-file.mjs";
import { inProject } from "../base/project.mjs";
import { writeAtomically } from "../base/atomic.mjs";
import { execute } from "./execute.mjs";
import { fingerprint, hashesOf, studyHashes } from "../verdicts/fingerprint.mjs";
import { packageVersions } from "../verdicts/versions.mjs";

const folder = inProject(".cache", "notebooks");
/** How many executions of one notebook at one preset are kept; the older ones go. */
const kept = 4;

/**
 * @typedef {import("./execute.mjs").Execution & { name: string, provenance: Provenance, reused:
 *   boolean }} Executed
 *
 * @typedef {object} Provenance
 * @property {string} notebook
 * @property {string} preset
 * @property {string} date  ISO 8601, when the execution began
 * @property {number} seconds
 * @property {number | null} cpuSeconds  of all threads
 * @property {{ found: number, made: number } | null} cache results taken from the library's cache,
 *   and computed
 * @property {Record<string, string>} studies files of data/studies that were read, with the start
 *   of their hash
 * @property {Record<string, unknown> | null} parameters  the notebook's `params`
 * @property {number} peakMegabytes
 * @property {{ cell: number, seconds: number }[]} cells
 * @property {string} node
 * @property {string} machine  operating system, architecture, processor and cores
 * @property {Record<string, string | null>} packages
 * @property {import("../verdicts/fingerprint.mjs").Hashes} hashes
 */

/**
 * Executes a notebook, or returns the earlier execution when nothing that it depends on has
 * changed.
 * @param {import("./notebooks.mjs").NotebookFile} file
 * @param {import("./execute.mjs").ExecuteOptions & { force?: boolean, acceptFailureSince?: number
 *   }} [options]
 *   a failed execution is repeated, unless it began after `acceptFailureSince` (milliseconds since
 *   1970)
 * @returns {Promise<Executed>}
 */
export async function executed(
  file,
  { force = false, acceptFailureSince = Infinity, ...options } = {},
) {
  const preset = options.preset ?? "quick";
  const hashes = hashesOf(file);
  const path = join(folder, `${file.name}-${preset}-${fingerprint(hashes, preset)}.json`);
  if (!force) {
    const earlier = readJsonIfSound(path);
    if (
      earlier &&
      (earlier.failures.length === 0 || Date.parse(earlier.provenance.date) >= acceptFailureSince)
    ) {
      return { ...earlier, reused: true };
    }
  }
  const date = new Date().toISOString();
  const execution = await execute(file, options);
  const record = {
    name: file.name,
    ...execution,
    provenance: provenance(file.name, preset, date, execution, hashes),
  };
  writeAtomically(path, JSON.stringify(record));
  removeOlder(`${file.name}-${preset}-`);
  return { ...record, reused: false };
}

/**
 * Seconds that the cells of a notebook took last time at this preset, whatever has changed since;
 * [] when unknown.
 */
export function earlierTimes(name, preset) {
  const newest = records(`${name}-${preset}-`)[0];
  return (newest && readJsonIfSound(newest)?.cells) ?? [];
}

/** Newest first. A name may begin another's, so what follows must be the fingerprint alone. */
function records(start) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(
      (file) => file.startsWith(start) && /^[0-9a-f]{20}\.json$/.test(file.slice(start.length)),
    )
    .map((file) => join(folder, file))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
}

function removeOlder(start) {
  for (const path of records(start).slice(kept)) rmSync(path, { force: true });
}

/** @returns {Provenance} */
function provenance(notebook, preset, date, execution, hashes) {
  const { seconds, cells, peakBytes, cpuSeconds, cache, studies, parameters } = execution;
  const round = (value) => Math.round(value * 1000) / 1000;
  return {
    notebook,
    preset,
    date,
    seconds: round(seconds),
    cpuSeconds: cpuSeconds === null ? null : round(cpuSeconds),
    cache,
    studies: studyHashes(studies ?? []),
    parameters,
    peakMegabytes: Math.round(peakBytes / 1e6),
    cells: cells.map(({ cell, seconds: taken }) => ({ cell, seconds: round(taken) })),
    node: process.version,
    machine: `${process.platform} ${process.arch}, ${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} cores`,
    packages: packageVersions(),
    hashes,
  };
}
