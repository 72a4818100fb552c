// The form of a notebook's code: Prettier's, as of every other file, and cells that fit a screen.
import { createRequire } from "node:module";
import { inProject } from "../base/project.mjs";
import { toLines, toText } from "../run/outputs.mjs";

/** A cell has no more lines than this, and none of them is wider. */
const LINES = 25;
const WIDTH = 100;

/** @typedef {{ cell_type: string, source: string | string[] }} Cell */

/**
 * The notebook with each code cell as Prettier writes it; cells that are so already stay the same
 * objects.
 * @template {{ cells: Cell[] }} Notebook
 * @param {Notebook} notebook  @returns {Promise<Notebook>}
 */
export async function formatted(notebook) {
  const cells = [];
  for (const cell of notebook.cells) cells.push(await formattedCell(cell));
  return { ...notebook, cells };
}

/** @param {Cell} cell */
async function formattedCell(cell) {
  if (cell.cell_type !== "code") return cell;
  const prettier = createRequire(import.meta.url)("prettier");
  const options = await prettier.resolveConfig(inProject("notebooks", "cell.ts"));
  const before = toText(cell.source);
  const text = (await prettier.format(before, { ...options, parser: "typescript" })).trimEnd();
  return text === before ? cell : { ...cell, source: toLines(text) };
}

/**
 * Code cells that are too long or too wide, each in a sentence.
 * @param {{ cells: Cell[] }} notebook  @returns {string[]}
 */
export function oversized({ cells }) {
  return cells.flatMap((cell, k) => {
    if (cell.cell_type !== "code") return [];
    const lines = toText(cell.source).trimEnd().split("\n");
    const wide = lines.filter((line) => line.length > WIDTH);
    return [
      ...(lines.length > LINES ? [`cell ${k + 1} has ${lines.length} lines of ${LINES}`] : []),
      ...wide.map(
        (line) => `cell ${k + 1} has ${line.length} characters of ${WIDTH} in: ${line.trim()}`,
      ),
    ];
  });
}
