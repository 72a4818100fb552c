import { beforeAll, expect, test } from "vitest";
import { execute } from "../../environment/run/execute.mjs";
import {
  differencesOf,
  executeThroughKernel,
  sampleCells,
} from "../../environment/kernel/protocol.mjs";
import { scratchFolder, writeNotebook } from "./fixture.js";

const folder = scratchFolder();
const code = [...sampleCells, "throw new Error('stop');", "3"];
let ours: Awaited<ReturnType<typeof execute>>;
let theirs: Awaited<ReturnType<typeof executeThroughKernel>>;

// once for both: each has a compiler of its own to start
beforeAll(async () => {
  const file = writeNotebook(folder, { name: "sample", code });
  ours = await execute(file, { preset: "quick" });
  theirs = await executeThroughKernel(file, "quick");
}, 180_000);

test("a notebook through the real kernel and the Jupyter protocol gives the outputs that our runner gives", () => {
  expect(differencesOf(ours, theirs)).toEqual([]);
});

test("the kernel's outputs are really there to be compared, up to the first cell that fails", () => {
  expect(theirs.map((cell) => cell.status)).toEqual([...sampleCells.map(() => "ok"), "error"]);
  expect(theirs[0].outputs.flatMap((output) => output.text).join("")).toBe("sum 6\n");
  const changed = theirs.map((cell, k) => (k === 0 ? { ...cell, outputs: [] } : cell));
  expect(differencesOf(ours, changed)).toEqual([expect.stringMatching(/^cell 1 differs\./)]);
});
