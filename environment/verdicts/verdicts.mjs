// data/verdicts.json: what came out of the claims when the repository itself ran the notebooks at
// preset `standard`.
import { existsSync, readFileSync } from "node:fs";
import { Failure } from "../base/failure.mjs";
import { brief, faultOf, first, isObject, isText } from "../base/fault-of.mjs";
import { sha256 } from "../base/hash.mjs";
import { keep, readKept } from "../base/kept.mjs";
import { toText } from "../run/outputs.mjs";
import { claimFields } from "./claim-form.mjs";
import { codeTokens } from "./code-tokens.mjs";
import { installedVersion } from "./versions.mjs";

/**
 * @typedef {object} Shipped  one notebook's run
 * @property {string} code  `codeHash` of the notebook: tells whether it computes something else now
 * @property {Record<string, string>} studies  files of data/studies that it read, each with the
 *   start of its hash then
 * @property {{ phaselens: string, node: string }} versions
 * @property {string} machine  operating system, architecture, processor and cores
 * @property {string} date  of the run, as 2026-11-29
 * @property {number[]} seeds  of the notebook's parameters; [] where it draws nothing
 * @property {{ seconds: number, cpuSeconds: number, cache: { found: number, made: number } }} cost
 *   seconds on the clock and of all
 *   threads; results that were taken from the cache (made by other notebooks or runs before), and
 *   that were computed
 * @property {import("../run/records.mjs").Claim[]} claims  in the order in which they were made
 *
 * @typedef {Map<string, Shipped>} Verdicts  by name of the notebook
 */

/**
 * What a notebook computes at preset `standard`, in twelve digits. Its texts do not count, nor do
 * comments, the layout of its code, where its cells end, and parameters of other presets.
 * @param {{ cells: any[] }} notebook
 */
export function codeHash({ cells }) {
  const code = cells.filter((cell) => cell.cell_type === "code").map((cell) => toText(cell.source));
  const inputs = [code, readers()];
  const earlier = readKept("code", inputs);
  if (earlier !== undefined) return earlier;
  const hash = sha256(codeTokens(code)).slice(0, 12);
  keep("code", inputs, hash);
  return hash;
}

/** What else decides: how the code is read, and the compiler that reads it. */
const readers = () => [
  ...["code-tokens.mjs", "other-presets.mjs"].map((name) =>
    readFileSync(new URL(name, import.meta.url), "utf8"),
  ),
  installedVersion("typescript"),
];

/** Raised when the file's form changes. */
export const format = 2;

/**
 * The verdicts of a file.
 * @param {string} path
 * @returns {Verdicts | null}  null where there is no file
 * @throws Failure that names the place of what is wrong
 */
export function readVerdicts(path) {
  if (!existsSync(path)) return null;
  let content;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw damaged(path, `it is no JSON (${error.message})`);
  }
  const fault = faultIn(content);
  if (fault) throw damaged(path, fault);
  return new Map(Object.entries(content.notebooks));
}

const damaged = (path, fault) =>
  new Failure(
    `${path} is damaged: ${fault}. Restore it from git, or delete it and write it anew with npm run verdicts.`,
  );

/**
 * What is wrong with the content of the file, or null.
 * @param {any} content
 * @returns {string | null}
 */
function faultIn(content) {
  if (!isObject(content)) return "it is no object";
  if (content.format !== format)
    return `format is ${brief(content.format)}, this version reads ${format}`;
  if (content.preset !== "standard") return `preset is ${brief(content.preset)}, not "standard"`;
  if (!isObject(content.notebooks)) return "notebooks is no object";
  return first(Object.entries(content.notebooks), ([name, shipped]) =>
    faultOf(shipped, notebook, `notebooks.${name}`),
  );
}

const isAmount = (value) => typeof value === "number" && value >= 0;
const isCount = (value) => Number.isInteger(value) && value >= 0;
const isHash = (value) => isText(value) && /^[0-9a-f]{12}$/.test(value);

/** Of each field: what it must be, in words, and a test; or the fields of an object within. */
const notebook = {
  code: ["a hash", isHash],
  studies: [
    "files with their hashes",
    (value) => isObject(value) && Object.values(value).every(isHash),
  ],
  versions: { phaselens: ["a version", isText], node: ["a version", isText] },
  machine: ["a text", isText],
  date: ["a date", (value) => isText(value) && /^\d{4}-\d\d-\d\d$/.test(value)],
  seeds: [
    "a list of whole numbers",
    (value) => Array.isArray(value) && value.every(Number.isInteger),
  ],
  cost: {
    seconds: ["seconds", isAmount],
    cpuSeconds: ["seconds", isAmount],
    cache: { found: ["a count", isCount], made: ["a count", isCount] },
  },
  claims: [claimFields],
};
