// The frame of a study: many networks, what was found for each in a file of its own, so that a run
// that was ended goes on, and a summary that is shipped in data/studies.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runCommand } from "../base/command.mjs";
import { Failure } from "../base/failure.mjs";
import { inProject } from "../base/project.mjs";
import { writeAtomically } from "../base/atomic.mjs";
import { installedVersion } from "../verdicts/versions.mjs";

/**
 * @typedef {object} Task  one network
 * @property {string} name  what it has in common with others, for --only
 * @property {number} seed
 *
 * @typedef {object} Study
 * @property {string} name  of its file in data/studies and of its script
 * @property {string} command  that runs it
 * @property {string} description  what is in the file, in a line
 * @property {string} usage  what the command does, and what a network costs
 * @property {Record<string, { type: "string" | "boolean" }>} [options]  of its own
 * @property {string} [files]  folder of its files in DIR
 * @property {any[]} tasks  in order of importance
 * @property {(task: any, folder: string, options: Record<string, any>) => Promise<string>} measure
 *   makes the file of a task, unless it is there; what is printed of it
 * @property {(found: any) => any} [summary]  what is shipped of a file; default: all
 * @property {string[]} identity  fields that tell networks apart, and by which they are sorted
 * @property {number} digits  significant digits in the summary
 */

const options = /** @type {const} */ ({
  out: { type: "string" },
  part: { type: "string" },
  only: { type: "string" },
  seeds: { type: "string" },
  summary: { type: "string" },
});

/** @param {Study} study */
const usageOf = ({ name, command, usage }) => `
${command} [-- OPTIONS]    ${usage}

  --out DIR       one JSON file a network (default: results/studies/${name}); what is there is not made again
  --part K/N      every N-th network only, from the K-th on, for several processes or machines
  --only TEXT     only networks whose name begins with this text
  --seeds A-B     only these seeds
  --summary FILE  makes nothing: puts what is in DIR into FILE (data/studies/${name}.json), beside what
                  that holds of other networks`;

/**
 * Runs a study from the command line.
 * @param {Study} study
 */
export function runStudy(study) {
  const command = { usage: usageOf(study), options: { ...options, ...study.options } };
  return runCommand(command, async (given) => {
    const folder = resolve(given.out ?? inProject("results/studies", study.name));
    if (given.summary) return summarise(study, folder, resolve(given.summary));
    for (const task of chosen(study.tasks, given))
      console.log(await study.measure(task, folder, given));
  });
}

/**
 * What a file holds; where there is none it is made, as a whole or not at all.
 * @param {string} path  @param {() => any} make
 */
export async function kept(path, make) {
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8"));
  return write(path, await make());
}

/**
 * @template T
 * @param {string} path  @param {T} found  @returns {T}
 */
export function write(path, found) {
  writeAtomically(path, `${JSON.stringify(found)}\n`);
  return found;
}

/**
 * @template {Task} T
 * @param {T[]} tasks  @param {{ part?: string, only?: string, seeds?: string }} options
 */
function chosen(tasks, { part = "1/1", only = "", seeds = "1-1000000" }) {
  const [k, n] = pair(part, /^(\d+)\/(\d+)$/, "--part", "1/4");
  const [first, last] = pair(seeds, /^(\d+)-(\d+)$/, "--seeds", "1-6");
  return tasks
    .filter(({ name, seed }) => name.startsWith(only) && seed >= first && seed <= last)
    .filter((_, index) => index % n === k - 1);
}

/** Two whole numbers, the first at least 1 and at most the second. */
function pair(text, pattern, option, example) {
  const [, first, second] = (pattern.exec(text) ?? []).map(Number);
  if (!(first >= 1 && first <= second))
    throw new Failure(`${option} must be like ${example}, got "${text}".`, { exitCode: 2 });
  return [first, second];
}

/**
 * Puts what a folder holds into the summary, one network a line. Networks that the summary has and
 * the folder has not stay.
 * @param {Study} study  @param {string} folder  @param {string} file
 */
function summarise(study, folder, file) {
  const place = join(folder, study.files ?? "");
  const found = (existsSync(place) ? readdirSync(place) : [])
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(place, name), "utf8")));
  if (found.length === 0)
    throw new Failure(`${place} holds no networks. Run without --summary first.`);
  const earlier = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).networks : [];
  const networks = merged([...earlier, ...found.map(study.summary ?? ((one) => one))], study);
  writeAtomically(file, textOf(study, networks));
  console.log(`${file}: ${networks.length} networks, ${found.length} of them from ${folder}`);
}

/**
 * Each network once, in order: what comes later counts, but what is not known (null) changes
 * nothing.
 * @param {any[]} networks  @param {Study} study
 */
function merged(networks, { identity }) {
  const all = new Map();
  for (const one of networks) {
    const key = JSON.stringify(identity.map((field) => one[field]));
    const known = Object.entries(one).filter(
      ([name, value]) => value !== null || !(name in (all.get(key) ?? {})),
    );
    all.set(key, { ...all.get(key), ...Object.fromEntries(known) });
  }
  const order = (a, b) =>
    typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
  return [...all.values()].sort((a, b) =>
    identity.reduce((sign, field) => sign || order(a[field], b[field]), 0),
  );
}

/** @param {Study} study  @param {any[]} networks */
function textOf({ description, command, digits }, networks) {
  const short = (_, value) =>
    typeof value === "number" && !Number.isInteger(value)
      ? Number(value.toPrecision(digits))
      : value;
  const versions = { phaselens: installedVersion("phaselens"), node: process.version };
  const head = Object.entries({ description, command, versions });
  return [
    "{",
    ...head.map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`),
    '  "networks": [',
    networks.map((one) => `    ${JSON.stringify(one, short)}`).join(",\n"),
    "  ]\n}\n",
  ].join("\n");
}
