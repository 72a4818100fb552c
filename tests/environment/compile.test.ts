import { createRequire } from "node:module";
import { afterAll, describe, expect, test } from "vitest";
import { inProject } from "../../environment/base/project.mjs";
import { compileCells } from "../../environment/compile/notebook.mjs";
import { execute } from "../../environment/run/execute.mjs";
import { scratchFolder, writeNotebook } from "./fixture.js";
import { closeTslab, tslabCells } from "../support/tslabCells.js";

const { codeIsPlain } = createRequire(import.meta.url)("../../environment/compile/plain.cjs") as {
  codeIsPlain(source: string): boolean;
};

const notebooks = inProject("notebooks");
const patience = 180_000;
afterAll(closeTslab);

/** What cells may do to each other's names. */
const cells = [
  'import { core, nn as networks } from "phaselens";\nimport type { Rng } from "phaselens/core";',
  "let count = 1;\nvar total = 0;\nconst fixed = 3, list = [1, 2];",
  "count += 1;\ntotal = count * fixed;\n[count, total] = [total, count];",
  "interface Point { x: number }\ntype Pair = [Point, Point];\nenum Kind { a, b }\ncount",
  "class Walk { constructor(readonly rng: Rng, public at: Point = { x: 0 }) {} }",
  "const walk = new Walk(core.makeRng(1)); const pair: Pair = [walk.at, { x: Kind.b }];",
  "async function later<T>(value: T): Promise<T> { return value; }\nawait later(fixed)",
  "const { x, ...rest } = { x: fixed, y: count, count };\nfor await (const v of [later(x)]) total += v;",
  "const fixed = 'now a text';\nconst shadow = (count: string) => count + fixed;\nshadow('a');",
  "function shadow2(walk = list) { return { walk, list, count: list.length }; }\nvoid shadow2();",
  "const tsLastExpr = 1;\n// a comment at the end\n`${fixed} ${networks.relu().name}` as const",
  "type fixed = number;\nconst typed: fixed = 1;\nlabel: for (const k of list) { if (k) continue label; }",
  "list.map((one) => ({ one, fixed: typed }))",
];

test(
  "a cell becomes the JavaScript that tslab's own converter makes of it",
  { timeout: patience },
  () => {
    expect(compileCells(notebooks, cells)).toEqual(tslabCells(cells));
  },
);

test("what is compiled ends before the first cell with a fault", { timeout: patience }, () => {
  const sound = ["const a: number = 1;", "a + 1"];
  const faults = ["const b: string = a;", "a +", "missing;", "import { none } from 'phaselens';"];
  for (const fault of faults)
    expect(compileCells(notebooks, [...sound, fault, "a"])).toHaveLength(sound.length);
});

test("cells that tslab treats apart are left to it", () => {
  const apart = [
    "/** @module helper */\nexport const a = 1;",
    'import { a } from "./helper";',
    'const { a } = await import("./helper");',
    'const a = require("../a.json");',
  ];
  expect(apart.map(codeIsPlain)).toEqual(apart.map(() => false));
  expect(codeIsPlain('import { core } from "phaselens";\nconst text = "./a";')).toBe(true);
});

describe("cells that tslab compiles after others that it did not", { timeout: patience }, () => {
  const folder = scratchFolder();
  const cells = [
    'import * as figures from "phaselens/figures";',
    "let before = 1;",
    "before = 2;\nconst own = 3;\n" +
      'figures.claim({ figure: "dawid2021-fig3", statement: "s", kind: "identity", value: 1, expected: "= 2" });',
    "const kept: number = before;\nkept + 1",
    "own",
  ];

  test("see what the earlier ones declared, and not what a failed one did", async () => {
    const { failures, notebook } = await execute(
      writeNotebook(folder, { name: "mixed", code: cells }),
    );
    expect(failures.map((one) => one.message)).toEqual([
      expect.stringMatching("does not hold"),
      expect.stringMatching("does not compile: Cannot find name 'own'"),
    ]);
    const [kept] = (notebook.cells.at(-2) as { outputs: { text?: string[] }[] }).outputs;
    expect(kept.text).toEqual(["3\n"]);
  });
});
