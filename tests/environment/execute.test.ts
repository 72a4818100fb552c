import { describe, expect, test } from "vitest";
import { execute } from "../../environment/run/execute.mjs";
import { scratchFolder, writeNotebook } from "./fixture.js";

// Each notebook runs in a process of its own, which takes about a second to start: the tests of
// this file run side by side.
const folder = scratchFolder();
const patience = { timeout: 180_000 };
let count = 0;

async function run(code: string[], options: { timeout?: number } = {}) {
  const { failures, notebook, cells, studies } = await execute(
    writeNotebook(folder, { name: `notebook-${++count}`, code }),
    options,
  );
  const outputs: { output_type: string; text?: string[]; data?: Record<string, unknown> }[][] =
    notebook.cells.map((cell: { outputs: unknown }) => cell.outputs);
  return {
    messages: failures.map((failure) => failure.message),
    failures,
    outputs,
    cells,
    studies,
  };
}

/** Calls at the first asking. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

describe.concurrent("a notebook that works", patience, () => {
  // one notebook for what a notebook that works is asked
  const works = once(() =>
    run([
      "const a: number = 20;",
      "a + 1",
      'import * as dawid2021 from "phaselens/papers/dawid2021";',
      "dawid2021.signStudy().networks.length > 0",
      'import { newDisplay } from "tslab";\nconst line = newDisplay();\nline.text("half");',
      'line.text("whole");',
      "[process.env.PHASELENS_PRESET, Number(process.env.PHASELENS_JOBS) >= 1]",
    ]),
  );

  test("keeps declarations and types from cell to cell and shows the last value of a cell", async () => {
    const { messages, outputs } = await works();
    expect(messages).toEqual([]);
    expect(outputs[1]).toEqual([{ output_type: "stream", name: "stdout", text: ["21\n"] }]);
  });

  test("imports the built library by name, with its types; what is wrong in them does not run", async () => {
    const { messages, outputs } = await run([
      'import { makeRng } from "phaselens/core";',
      'console.log("ran");\n\nconst wrong: string = makeRng(1).uniform();',
    ]);
    expect(messages).toEqual([
      "cell 2, line 3 (const wrong: string = makeRng(1).uniform();) does not compile: Type 'number' is not assignable to type 'string'.",
    ]);
    expect(outputs[1].map((output) => output.output_type)).toEqual(["error"]);
  });

  test("is not disturbed when a file that it was compiled with is touched meanwhile", async () => {
    const touching = [
      'import { linkSync } from "node:fs";',
      'for (const file of ["package.json", "dist/index.d.ts", "dist/core/index.d.ts"]) {',
      '  linkSync("../../lib/" + file, file.replace(/\\W/g, "-"));',
      "  await new Promise((resolve) => setTimeout(resolve, 300));",
      "}",
    ].join("\n");
    const { messages } = await run([
      'import { makeRng } from "phaselens/core";',
      touching,
      "1 + 1",
    ]);
    expect(messages).toEqual([]);
  });

  test("says which studies it read", async () => {
    const { outputs, studies } = await works();
    expect([outputs[3][0].text, studies]).toEqual([["true\n"], ["dawid2021-signs.json"]]);
  });

  test("update_display_data replaces what an earlier cell displayed, and adds nothing to the later cell", async () => {
    const { outputs } = await works();
    expect(outputs[4]).toEqual([
      { output_type: "display_data", data: { "text/plain": ["whole"] }, metadata: {} },
    ]);
    expect(outputs[5]).toEqual([]);
  });

  test("the cells see the preset and a share of the cores", async () => {
    const { outputs } = await works();
    expect(outputs[6][0].text).toEqual(["[ 'quick', true ]\n"]);
  });
});

describe.concurrent("a failure is one sentence with its cell and line", patience, () => {
  test("a cell that throws, below a comment and beside an equal line", async () => {
    const { messages, cells } = await run([
      "let calls = 0;\nfunction check(): void {\n  calls++;\n}",
      "// a comment that the compiler moves\ncheck();\n\ncheck();\nconst rows: { a: number }[] = [];\nrows[0].a;",
      "calls",
    ]);
    expect(messages).toEqual([
      "cell 2, line 6 (rows[0].a;) failed: TypeError: Cannot read properties of undefined (reading 'a').",
    ]);
    expect(cells.map((one) => one.cell)).toEqual([1, 2]);
  });

  test("an error inside a function of an earlier cell names both places", async () => {
    const { messages } = await run([
      "function half(x: number): number {\n  if (x % 2 !== 0) {\n    throw new RangeError(`${x} is odd`);\n  }\n  return x / 2;\n}",
      "half(4);\n\nconst y: number = half(3);",
    ]);
    expect(messages).toEqual([
      "cell 2, line 3 (const y: number = half(3);) failed in a function of cell 1, line 3 (throw new RangeError(`${x} is odd`);): " +
        "RangeError: 3 is odd.",
    ]);
  });

  test("a thrown value that is no error is shown", async () => {
    const { messages } = await run(['throw "no error";']);
    expect(messages).toEqual(["cell 1 failed: Thrown value: 'no error'."]);
  });

  // the second loop sleeps as it turns: a core that is busy until the limit tells no more
  test.each([
    ["a loop without end", 2, "while (true) {}"],
    ["a promise that is never settled", 6, "await new Promise(() => {});"],
    [
      "a loop without end after an await, which no interrupt reaches",
      6,
      "const nobody = new Int32Array(new SharedArrayBuffer(4));\n" +
        "await new Promise((r) => setTimeout(r, 5));\nwhile (true) Atomics.wait(nobody, 0, 0, 20);",
    ],
  ])("%s is stopped at the time limit", async (_name, timeout, code) => {
    const { messages, cells } = await run(["1", code, "2"], { timeout });
    expect(messages).toEqual([
      `cell 2 ran longer than ${timeout} s and was stopped; --timeout sets the limit in seconds.`,
    ]);
    expect(cells.length).toBe(2);
  });

  test("a cell that ends the process says so", async () => {
    const { messages } = await run(["process.exit(0);", "2"]);
    expect(messages).toEqual([
      "cell 1 ended the process with exit code 0; a cell must return, not call process.exit.",
    ]);
  });

  test("a process that is killed from outside says by what", async () => {
    const { messages } = await run([
      'process.kill(process.pid, "SIGKILL");\nawait new Promise(() => {});',
    ]);
    expect(messages).toEqual([
      "cell 1 lost its process to SIGKILL; when that was not you, the memory may have run out.",
    ]);
  });

  test("a rejection that comes while a later cell runs is charged to the cell that left it behind", async () => {
    const { failures } = await run([
      'async function late(): Promise<void> {\n  await new Promise((r) => setTimeout(r, 30));\n  throw new Error("too late");\n}\nlate();\n1;',
      "await new Promise((r) => setTimeout(r, 200));",
    ]);
    expect(failures.map((failure) => failure.message)).toEqual([
      'cell 1, line 3 (throw new Error("too late");) left a promise or callback behind that failed: Error: too late. ' +
        "Wait for it with await in the cell that starts it.",
    ]);
  });

  test("a callback that throws after the last cell is not missed", async () => {
    const { failures } = await run([
      'setTimeout(() => {\n  throw new Error("afterwards");\n}, 300);\n1;',
    ]);
    expect(failures.map(({ cell, line }) => [cell, line])).toEqual([[1, 2]]);
  });
});
