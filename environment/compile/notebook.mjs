// The cells of a notebook, compiled ahead of running them.
import { createRequire } from "node:module";
import { emittedCells } from "./emit.mjs";
import { cellModules, programOf } from "./program.mjs";

const { rewritten, waits } = createRequire(import.meta.url)("../kernel/cells.cjs");

/**
 * @typedef {object} CompiledCell  what tslab's converter gives of a cell, without declarations
 * @property {string} output  JavaScript
 * @property {boolean} hasToplevelAwait
 * @property {string | undefined} lastExpressionVar
 */

/** The program before, which knows the packages. */
let earlier;

/**
 * The cells up to the first one in which the compiler finds a fault: what it is, tslab says when
 * that cell runs.
 * @param {string} folder  of the notebook  @param {readonly string[]} code  @returns {CompiledCell[]}
 */
export function compileCells(folder, code) {
  const modules = cellModules(folder, code.map(rewritten));
  earlier = programOf(folder, modules, earlier);
  return emittedCells(earlier, modules).map((cell, k) => ({
    ...cell,
    hasToplevelAwait: waits(code[k]),
  }));
}
