"use strict";
// Stacks in the words of who wrote the cells: their lines, without what Node and tslab add.
const fs = require("node:fs");
const path = require("node:path");

/**
 * @typedef {{ source: string, compiled: string, at?: number }} Cell  as written, as it runs, and the
 *   line of that in which it last waited
 * @typedef {object} Sources
 * @property {Map<number, Cell>} cells  by number
 * @property {Map<string, string>} neighbours  what files beside the notebook were compiled to, by
 *   the name that stacks have
 * @typedef {{ where: string, code: string }} Place  "Cell [2], line 3", and what stands there
 */

/** Frames of the kernel itself, which say nothing about the cell. */
const OWN = /tslab[\\/]dist|node:|environment[\\/](kernel|run)[\\/]/;
const CELL = /\bcell-(\d+):(\d+)(?::\d+)?/;
const FILE = /(?:file:\/\/)?([^()\s]+\.[cm]?jsx?):(\d+)(?::\d+)?/;

const lines = import("../run/locate.mjs");

/** Frames of the stack that say something about the cell. @param {Error} error */
const stackOf = (error) =>
  String(error.stack)
    .split("\n")
    .filter((line) => /^\s*at /.test(line) && !OWN.test(line));

/**
 * Where a frame is in what the user wrote; undefined for one of a package.
 * @param {string} frame  @param {Sources} sources
 * @returns {Promise<(Place & { cell?: number, whole: string }) | undefined>}
 */
async function placeOf(frame, { cells, neighbours }) {
  const [whole, number, line] = CELL.exec(frame) ?? [];
  const cell = cells.get(Number(number));
  if (cell) {
    const place = await placeInCell(Number(number), cell, Number(line));
    return place && { ...place, cell: Number(number), whole };
  }
  const [named, file, compiledLine] = FILE.exec(frame) ?? [];
  const compiled = neighbours.get(file);
  const written = compiled === undefined ? undefined : writtenFile(file);
  if (compiled === undefined || written === undefined) return undefined;
  const { sourceLine } = await lines;
  const text = fs.readFileSync(written, "utf8");
  const own = sourceLine(text, compiled, Number(compiledLine));
  const where = `${path.relative(process.cwd(), written)}, line ${own}`;
  return own ? { where, code: lineOf(text, own), whole: named } : undefined;
}

/** The file that one was compiled from. */
const writtenFile = (file) =>
  [".ts", ".tsx", ".js", ".jsx"]
    .map((ending) => file.replace(/\.jsx?$/, ending))
    .find((name) => fs.existsSync(name));

/** @returns {Promise<Place | undefined>} */
async function placeInCell(number, { source, compiled }, compiledLine) {
  const { sourceLine } = await lines;
  const line = sourceLine(source, compiled, compiledLine);
  return line ? { where: `Cell [${number}], line ${line}`, code: lineOf(source, line) } : undefined;
}

/** @param {string | undefined} text  @param {number} line */
const lineOf = (text, line) => text?.split("\n")[line - 1] ?? "";

/**
 * Where an error comes from: the line of the cell that ran, then that of a file beside the
 * notebook. A stack without the cell (a worker's error, an interrupt) leaves the line that the
 * cell waited at.
 * @param {Error} error  @param {number} count  @param {Sources} sources  @returns {Promise<string[]>}
 */
async function placesOf(error, count, sources) {
  const places = await Promise.all(stackOf(error).map((frame) => placeOf(frame, sources)));
  const cell = sources.cells.get(count);
  const waited = cell?.at && (await placeInCell(count, cell, cell.at));
  const own = places.find((place) => place?.cell === count) ?? waited;
  const first = places.find((place) => place !== undefined);
  const beside = first && first.cell === undefined ? first : undefined;
  return [own, beside].flatMap((place) => (place ? [`${place.where}: ${place.code.trim()}`] : []));
}

/** The stack in these words. @param {Error} error  @param {Sources} sources */
async function framesOf(error, sources) {
  const frames = await Promise.all(
    stackOf(error).map(async (frame) => {
      const place = await placeOf(frame, sources);
      // variables of cells are properties of tslab's proxy
      return place
        ? frame.replace("at Proxy.", "at ").replace(place.whole, place.where)
        : short(frame);
    }),
  );
  // the function that tslab wraps a cell in stands there twice
  return frames.filter((frame, k) => frame !== frames[k - 1]);
}

/** A frame with the file's place in its package. */
const short = (frame) =>
  frame
    .replace(
      /(?:file:\/\/)?[^()\s]*[\\/](?:lib|node_modules[\\/]phaselens)[\\/]dist[\\/]/,
      "phaselens/",
    )
    .replace(/(?:file:\/\/)?[^()\s]*[\\/]node_modules[\\/]/, "")
    .replace(/(:\d+):\d+(\)?)$/, "$1$2");

module.exports = { framesOf, lineOf, placesOf };
