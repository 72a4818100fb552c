// data/verdicts.json: what came out of the claims when the repository itself ran the notebooks at
// preset `standard`.
import { existsSync, readFileSync } from "node:fs";
import { Failure } from "../base/failure.mjs";
import { sha256 } from "../base/hash.mjs";
import { toText } from "../run/outputs.mjs";
import { codeTokens } from "./code-tokens.mjs";

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
 * What a notebook computes, in twelve digits. Its texts do not count, nor do comments, the layout
 * of its code and where its cells end.
 * @param {{ cells: any[] }} notebook
 */
export function codeHash({ cells }) {
  const code = cells.filter((cell) => cell.cell_type === "code").map((cell) => toText(cell.source));
  return sha256(codeTokens(code)).slice(0, 12);
}

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
    return `format is ${JSON.stringify(content.format)}, this version reads ${format}`;
  if (content.preset !== "standard")
    return `preset is ${JSON.stringify(content.preset)}, not "standard"`;
  if (!isObject(content.notebooks)) return "notebooks is no object";
  return first(Object.entries(content.notebooks), ([name, shipped]) =>
    faultOf(shipped, notebook, `notebooks.${name}`),
  );
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value) => typeof value === "string";
const isAmount = (value) => typeof value === "number" && value >= 0;
const isCount = (value) => Number.isInteger(value) && value >= 0;
const kinds = ["identity", "physics", "reported"];

/** Of each field: what it must be, in words, and a test; or the fields of an object within. */
const claim = {
  figure: ["a text", isText],
  statement: ["a text", isText],
  kind: [kinds.join(", "), (value) => kinds.includes(value)],
  value: [
    "a number, a boolean or a text",
    (value) => ["number", "boolean", "string"].includes(typeof value),
  ],
  expected: ["a text", isText],
  pass: ["true, false or null", (value) => value === null || typeof value === "boolean"],
};
const isHash = (value) => isText(value) && /^[0-9a-f]{12}$/.test(value);
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
  claims: [claim],
};

/** @param {any} value  @param {object} fields  @param {string} place  @returns {string | null} */
function faultOf(value, fields, place) {
  if (!isObject(value)) return `${place} is no object`;
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
  if (unknown !== undefined) return `${place} has an unknown field ${JSON.stringify(unknown)}`;
  return first(Object.entries(fields), ([key, rule]) =>
    faultOfField(value[key], rule, `${place}.${key}`),
  );
}

function faultOfField(value, rule, place) {
  if (!Array.isArray(rule)) return faultOf(value, rule, place);
  if (rule.length === 2)
    return rule[1](value) ? null : `${place} is ${JSON.stringify(value)}, it must be ${rule[0]}`;
  if (!Array.isArray(value)) return `${place} is no list`;
  return first([...value.entries()], ([k, one]) => faultOf(one, rule[0], `${place}[${k}]`));
}

/**
 * The first fault that is found.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => string | null} find
 * @returns {string | null}
 */
function first(items, find) {
  for (const item of items) {
    const fault = find(item);
    if (fault) return fault;
  }
  return null;
}
