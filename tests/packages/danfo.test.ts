import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type * as Danfo from "danfojs-node";
import { toRows } from "phaselens/core";

// As a notebook cell loads it: CommonJS, with whichever TensorFlow.js is there
// (environment/tfjs-for-danfo).
const dfd = createRequire(import.meta.url)("danfojs-node") as typeof Danfo;

const rows = toRows({
  interaction: [0, 0.5, 1, 2, 20],
  phase: ["LL", "LL", "LL", "CDW-I", "CDW-I"],
  orderParameter: [0, 0.1, 0.2, 0.3, 0.9],
});

// The table of the fig2 notebook. A shorthand property { rows } of a variable from an earlier cell
// does not work in tslab.
const cells = [
  `import { core, figures } from "phaselens";
   import * as dfd from "danfojs-node";`,
  `const rows = ${JSON.stringify(rows)};
   const frame = new dfd.DataFrame(rows);
   figures.table(frame.loc({ columns: ["interaction", "orderParameter"] }).describe(), { title: "All points" });`,
  `const byPhase = frame.groupby(["phase"]).col(["orderParameter"]).agg({ orderParameter: ["count", "mean", "min", "max"] });
   figures.table(byPhase, { title: "Order parameter by phase" });`,
];

describe("danfo", () => {
  it("describes a column of our rows: count, mean, sample deviation, extremes, median as by hand", () => {
    const described = new dfd.DataFrame(rows).loc({ columns: ["orderParameter"] }).describe();
    const of = (statistic: string): number =>
      (described.values as number[][])[described.index.indexOf(statistic)][0];
    expect(of("count")).toBe(5);
    expect(of("mean")).toBeCloseTo(0.3, 6); // 1.5 / 5
    expect(of("variance")).toBeCloseTo(0.125, 6); // (.09 + .04 + .01 + 0 + .36) / 4
    expect(of("std")).toBeCloseTo(Math.sqrt(0.125), 6);
    expect([of("min"), of("median"), of("max")].map((value) => Number(value.toFixed(6)))).toEqual([
      0, 0.2, 0.9,
    ]);
  });

  it("groups our rows by phase", () => {
    const grouped = new dfd.DataFrame(rows).groupby(["phase"]).col(["orderParameter"]).mean();
    const means = Object.fromEntries(grouped.values as [string, number][]);
    expect(means["LL"]).toBeCloseTo(0.1, 6);
    expect(means["CDW-I"]).toBeCloseTo(0.6, 6);
  });

  it("runs in notebook cells, typed, and its tables are shown as HTML", () => {
    const child = spawnSync(
      process.execPath,
      [fileURLToPath(new URL("runCells.cjs", import.meta.url))],
      { input: JSON.stringify(cells), encoding: "utf8" },
    );
    const { passed, shown } = JSON.parse(child.stdout.trim().split("\n").at(-1) ?? "") as {
      passed: boolean;
      shown: Record<string, string>[];
    };
    expect(passed, child.stderr).toBe(true);
    expect(shown).toHaveLength(2);
    // (0 + .5 + 1 + 2 + 20) / 5
    expect(shown[0]["text/html"]).toContain("<tr><td>mean</td><td>4.7</td><td>0.3</td></tr>");
    expect(shown[1]["text/plain"]).toMatch(/LL +3 +0\.1 +0 +0\.2$/m);
    expect(shown[1]["text/plain"]).toMatch(/CDW-I +2 +0\.6 +0\.3 +0\.9$/m);
  });
});
