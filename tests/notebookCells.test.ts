import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { toText } from "../environment/run/outputs.mjs";
import { readNotebooks } from "../environment/run/notebooks.mjs";

const LINES = 25;
const WIDTH = 100;
// What is still longer than that: a number may fall, and nothing new may be added to it
const LONG_CELLS = 46;
const WIDE_LINES = 957;

interface Cell {
  readonly cell_type: string;
  readonly source: string | string[];
}

const cells = readNotebooks(fileURLToPath(new URL("../notebooks", import.meta.url))).flatMap(
  ({ name, content }) =>
    (content.cells as Cell[])
      .filter((cell) => cell.cell_type === "code")
      .map((cell) => ({ name, lines: toText(cell.source).trimEnd().split("\n") })),
);

it(`no more than ${LONG_CELLS} cells of notebooks are longer than ${LINES} lines`, () => {
  expect(cells.filter(({ lines }) => lines.length > LINES).length).toBeLessThanOrEqual(LONG_CELLS);
});

it(`no more than ${WIDE_LINES} of their lines are wider than ${WIDTH} characters`, () => {
  const wide = cells.flatMap(({ lines }) => lines.filter((line) => line.length > WIDTH));
  expect(wide.length).toBeLessThanOrEqual(WIDE_LINES);
});
