// Writes data/verdicts.json from executions at preset `standard`.
import { Failure } from "../base/failure.mjs";
import { writeAtomically } from "../base/atomic.mjs";
import { claimsOf } from "../run/records.mjs";
import { codeHash, format, readVerdicts } from "./verdicts.mjs";

/**
 * Puts the verdicts of some notebooks into the file; what it holds of others that there still are
 * stays. The library must be built.
 * @param {string} path
 * @param {import("../run/shared-execution.mjs").Executed[]} results
 * @param {string[]} names all notebooks that there are
 * @returns {Promise<{ shipped: string[], left: string[] }>} left: those that did not finish, whose
 *   earlier verdicts stay
 * @throws Failure  the file is damaged, or a result is not what may be shipped
 */
export async function shipVerdicts(path, results, names) {
  const agrees = await agreement();
  const verdicts = readVerdicts(path) ?? new Map();
  for (const name of verdicts.keys()) if (!names.includes(name)) verdicts.delete(name);
  const finished = results.filter(
    (one) => one.failures.every((failure) => failure.claim) && one.provenance.cpuSeconds !== null,
  );
  for (const result of finished) verdicts.set(result.name, shippedOf(result, agrees));
  writeAtomically(path, textOf(verdicts));
  const nameOf = (result) => result.name;
  return {
    shipped: finished.map(nameOf),
    left: results.filter((one) => !finished.includes(one)).map(nameOf),
  };
}

/**
 * Whether a value meets an expectation, as the library reads it.
 * @typedef {(value: number, expected: string) => boolean} Agrees
 * @returns {Promise<Agrees>}
 */
async function agreement() {
  const { meets, parseExpectation } = await import("phaselens/internal/figures/claims/expectation");
  return (value, expected) => meets(value, parseExpectation(expected));
}

/**
 * @param {import("../run/shared-execution.mjs").Executed} result
 * @param {Agrees} agrees
 * @returns {import("./verdicts.mjs").Shipped}
 */
export function shippedOf({ name, notebook, provenance }, agrees) {
  const { preset, hashes, seconds, cpuSeconds, cache, studies } = provenance;
  if (preset !== "standard")
    throw new Failure(
      `${name} ran at preset ${preset}; the verdicts that are shipped are those of standard.`,
    );
  if (hashes.jets)
    throw new Failure(
      `${name} ran on jets of PHASELENS_JETS; unset it: the verdicts that are shipped are of the simulated ones.`,
    );
  return {
    code: codeHash(notebook),
    studies,
    versions: {
      phaselens: provenance.packages.phaselens ?? "unknown",
      node: provenance.node.replace(/^v/, ""),
    },
    machine: provenance.machine,
    date: provenance.date.slice(0, 10),
    seeds: seedsOf(provenance.parameters),
    cost: { seconds: roundedTime(seconds), cpuSeconds: roundedTime(cpuSeconds), cache },
    claims: claimsOf(notebook).map((claim) => ({ ...claim, value: roundedValue(claim, agrees) })),
  };
}

/** @param {Record<string, unknown> | null} parameters  of a notebook  @returns {number[]} */
export function seedsOf(parameters) {
  const { seeds, seed } = parameters ?? {};
  return [seeds ?? seed ?? []].flat().filter(Number.isInteger);
}

const roundedTime = (value) => (value < 10 ? Math.round(value * 10) / 10 : Math.round(value));

/** What is smaller than this is rounding, different on each machine: one digit of it is enough. */
const noise = 1e-8;

/**
 * Five digits, so that another machine's last digits change nothing in the file; more where they
 * would change the verdict.
 * @param {import("../run/records.mjs").Claim} claim  @param {Agrees} agrees
 */
export function roundedValue({ value, expected, pass }, agrees) {
  if (typeof value !== "number" || Number.isInteger(value)) return value;
  for (let digits = Math.abs(value) < noise ? 1 : 5; digits < 17; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (pass === null || agrees(rounded, expected) === pass) return rounded;
  }
  return value;
}

/**
 * Notebooks by name and one claim a line, so that a change shows where it is.
 * @param {import("./verdicts.mjs").Verdicts} verdicts
 */
export function textOf(verdicts) {
  const names = [...verdicts.keys()].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const notebooks = names.map(
    (name) => `  ${JSON.stringify(name)}: ${entryText(/** @type {any} */ (verdicts.get(name)))}`,
  );
  return `{\n "format": ${format},\n "preset": "standard",\n "notebooks": {\n${notebooks.join(",\n")}\n }\n}\n`;
}

/** @param {import("./verdicts.mjs").Shipped} shipped */
function entryText({ claims, ...about }) {
  const fields = Object.entries(about).map(
    ([key, value]) => `   ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  const { length } = claims;
  const list =
    length === 0
      ? "[]"
      : `[\n${claims.map((claim) => `    ${JSON.stringify(claim)}`).join(",\n")}\n   ]`;
  return `{\n${[...fields, `   "claims": ${list}`].join(",\n")}\n  }`;
}
