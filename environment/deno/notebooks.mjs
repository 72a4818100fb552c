// Runs notebooks through Deno's kernel and compares their claims with those of npm start.
import { runCommand } from "../base/command.mjs";
import { Failure } from "../base/failure.mjs";
import { ensureInstalled } from "../base/install.mjs";
import { readJsonIfSound } from "../base/json-file.mjs";
import { inProject, isMain } from "../base/project.mjs";
import { build } from "../build.mjs";
import { executeThroughKernel } from "../kernel/protocol.mjs";
import { readNotebooks, select } from "../run/notebooks.mjs";
import { presetFrom } from "../run/preset.mjs";
import { claimsOf, figuresOf } from "../run/records.mjs";
import { denoCure, denoKernel, findDeno, outputsSent } from "./program.mjs";

/**
 * @typedef {object} InDeno
 * @property {string} name
 * @property {number} cells  that ran
 * @property {number} seconds
 * @property {number} figures
 * @property {import("../run/records.mjs").Claim[]} claims
 * @property {string | undefined} error  of the cell that failed
 */

/**
 * Runs one notebook through Deno's kernel, up to the first cell that fails.
 * @param {import("../run/notebooks.mjs").NotebookFile} file
 * @param {import("../run/preset.mjs").Preset} preset
 * @param {string} program  Deno's
 * @returns {Promise<InDeno>}
 */
export async function executeInDeno(file, preset, program) {
  const begun = performance.now();
  const cells = await executeThroughKernel(file, preset, denoKernel(program), outputsSent);
  const notebook = { cells: cells.map(({ outputs }) => ({ cell_type: "code", outputs })) };
  return {
    name: file.name,
    cells: cells.length,
    seconds: (performance.now() - begun) / 1000,
    figures: figuresOf(notebook).length,
    claims: claimsOf(notebook),
    error: cells.at(-1)?.error,
  };
}

/** Below it a number is what rounding leaves of 0. */
const ROUNDING = 1e-12;

/**
 * Claims of two runs of a notebook that differ, in words. Claims of one statement ("the same of …")
 * are compared in their order.
 * @param {import("../run/records.mjs").Claim[]} here
 * @param {import("../run/records.mjs").Claim[]} there
 * @param {number} relative  how far two numbers of one claim may lie apart
 * @returns {string[]}
 */
export function claimDifferences(here, there, relative = 1e-6) {
  const close = (a, b) =>
    a === b || Math.abs(a - b) <= Math.max(ROUNDING, relative * Math.max(Math.abs(a), Math.abs(b)));
  const left = [...there];
  const differences = here.flatMap((own) => {
    const place = left.findIndex(
      ({ figure, statement }) => figure === own.figure && statement === own.statement,
    );
    if (place < 0) return [`"${own.statement}" is new`];
    const [claim] = left.splice(place, 1);
    if (own.pass === claim.pass && close(own.value, claim.value)) return [];
    return [`"${own.statement}" is ${own.value} instead of ${claim.value}`];
  });
  return [...left.map(({ statement }) => `"${statement}" is missing`), ...differences];
}

/** @param {InDeno} ran  @param {number} cells  @param {string[]} differences */
function row({ name, cells: ran, seconds, figures, claims, error }, cells, differences) {
  const numbers = [`${ran}/${cells}`, seconds.toFixed(1), figures, claims.length];
  const same = differences.length === 0 ? "as in Node" : differences.join("; ");
  return `| ${[name, ...numbers, error ? error.split("\n")[0] : same].join(" | ")} |`;
}

const usage = `
node environment/deno/notebooks.mjs [NAME …] [--preset quick|standard|paper] [--claims FILE]
  runs notebooks (default: all) through Deno's kernel, one after the other, and compares their claims with
  those of FILE (default: results/claims.json, which npm start writes); with PHASELENS_FMA=off it reads
  what Node has left in the cache`;

const options = /** @type {const} */ ({ preset: { type: "string" }, claims: { type: "string" } });

if (isMain(import.meta.url)) {
  runCommand({ usage, options }, async (given, names) => {
    const deno = findDeno();
    if (!deno) throw new Failure(`Deno is not installed. Run: ${denoCure}`);
    const path = given.claims ?? inProject("results", "claims.json");
    const known = readJsonIfSound(path);
    if (!known) throw new Failure(`${path} has no claims. Run npm start, or give --claims.`);
    ensureInstalled();
    await build();
    const preset = presetFrom(given.preset);
    console.log(`| notebook | cells | s | figures | claims | Deno ${deno.version} |`);
    console.log("|---|---|---|---|---|---|");
    let failed = 0;
    for (const file of select(readNotebooks(inProject("notebooks")), names)) {
      const ran = await executeInDeno(file, preset, deno.program);
      const there = known.filter(({ figure }) => file.figures.includes(figure));
      const differences = claimDifferences(ran.claims, there);
      failed += ran.error || differences.length > 0 ? 1 : 0;
      console.log(row(ran, file.code.length, differences));
    }
    return failed > 0 ? 1 : 0;
  });
}
