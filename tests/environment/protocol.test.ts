import { expect, test } from "vitest";
import {
  executeThroughKernel,
  protocolDifferences,
  sampleCells,
} from "../../environment/kernel/protocol.mjs";
import { scratchFolder, writeNotebook } from "./fixture.js";

const folder = scratchFolder();
const patience = { timeout: 180_000 };

test(
  "a notebook through the real kernel and the Jupyter protocol gives the outputs that our runner gives",
  patience,
  async () => {
    const file = writeNotebook(folder, { name: "sample", code: sampleCells });
    expect(await protocolDifferences(file, "quick")).toEqual([]);
  },
);

test("the kernel's outputs are really there to be compared", patience, async () => {
  const file = writeNotebook(folder, {
    name: "small",
    code: ['console.log("out");\n1 + 1', "throw new Error('stop');", "3"],
  });
  const cells = await executeThroughKernel(file, "quick");
  expect(cells.map((cell) => cell.status)).toEqual(["ok", "error"]);
  expect(cells[0].outputs.flatMap((output) => output.text).join("")).toBe("out\n2\n");
});
