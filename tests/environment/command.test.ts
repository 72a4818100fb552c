import { describe, expect, test } from "vitest";
import { moved, readmeTable, strongest, summary, table } from "../../environment/bench/summary.mjs";
import { profiles } from "../../environment/bench/profiles.mjs";
import { sharesOf } from "../../environment/bench/profile.mjs";
import { complaintAboutNode } from "../../environment/base/command.mjs";
import { sameText } from "../../environment/verdicts/compare.mjs";
import { wholeNames } from "../../environment/checks/test-names.mjs";
import { countTests } from "../../environment/checks/test-counts.mjs";

describe("Node's version", () => {
  test.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0"])("%s will do", (version) =>
    expect(complaintAboutNode(version)).toBeNull(),
  );

  test.each(["16.20.0", "18.20.4", "20.18.1"])(
    "%s is refused in one sentence that names both versions",
    (version) => {
      expect(complaintAboutNode(version)).toBe(
        `phaselens needs Node 20.19 or newer, this is Node ${version}. Install a current Node from https://nodejs.org.`,
      );
    },
  );
});

describe("texts are compared up to rounding", () => {
  test.each([
    ["loss 0.123456789", "loss 0.123456790", true],
    ["loss 0.1234", "loss 0.1235", false],
    ["a 1e-13", "a 2e-13", true],
    ["took 1.3 s", "took 22 ms", true],
    ["alpha 1", "beta 1", false],
    ["1 2", "1", false],
  ])("%s and %s: %s", (a, b, same) => expect(sameText(a, b)).toBe(same));
});

test("tests are counted from vitest's report, a file that could not be loaded as one failure", () => {
  const file = (status: string, ...states: string[]) => ({
    status,
    assertionResults: states.map((state) => ({ status: state })),
  });
  const testResults = [
    file("passed", "passed", "passed", "skipped"),
    file("failed", "failed", "passed"),
    file("failed"),
    file("passed", "todo"),
  ];
  expect(countTests({ testResults })).toEqual({ passed: 3, failed: 2, skipped: 2 });
});

test("a benchmark's median does not follow an outlier", () => {
  expect(summary([5, 1, 3, 2, 1000])).toMatchObject({ median: 3, min: 1, max: 1000 });
  expect(summary([4, 2]).median).toBe(3);
});

describe("the table of benchmarks", () => {
  const conditions = { date: "2026-11-30T10:00:00Z", machine: "linux x64", node: "v20.1.0" };
  const side = (median: number): object => ({ ...summary([median]), peakMegabytes: 9 });
  const row = {
    id: "eigen",
    title: "eigenvalues, 740²",
    headline: "eigenvalues",
    target: "none",
    ours: side(200),
    native: side(50),
    peers: [
      { label: "SciPy", ...side(150) },
      { label: "NumPy", ...side(100) },
      { label: "JAX", missing: "not installed" },
    ],
    peer: { label: "NumPy", ...side(100) },
    ratio: 0.5,
    nativeRatio: 2,
    conditions: { ...conditions, blas: "OpenBLAS 0.3 (1 thread)" },
  };
  test("shows both of our sides, and marks what moved by more than 10 %", () => {
    expect(moved(row, [])).toBe("");
    expect(moved(row, [{ id: "eigen", ours: side(190) }])).toBe("+5 %");
    expect(moved(row, [{ id: "eigen", ours: side(400) }])).toBe("−50 %!");
    expect(table([row], [{ id: "eigen", ours: side(400) }])).toMatch(/200 ms .* 50\.0 ms .*−50 %!/);
  });
  test("marks what moved with a native library too", () => {
    const before = { id: "eigen", ours: side(200), native: side(40) };
    expect(moved(row, [before])).toBe("+0 % / +25 %!");
  });
  test("holds a row against the strongest of its peers, and names the others", () => {
    expect(strongest(row.peers)).toBe(row.peers[1]);
    expect(strongest([row.peers[2]])).toBe(row.peers[2]);
    expect(strongest([])).toBeNull();
    expect(table([row])).toMatch(/NumPy: 100 ms .*SciPy: 150 ms, JAX: not measured/);
  });
  test("in README.md has the rows with a headline alone", () => {
    expect(readmeTable([row, { ...row, headline: null, title: "another" }])).not.toContain(
      "another",
    );
  });
  test("in README.md ends with machine and date", () => {
    expect(readmeTable([row])).toContain(
      "| eigenvalues | 200 ms | 50.0 ms | NumPy: 100 ms | 0.50 | 2.0 |",
    );
    expect(readmeTable([row])).toMatch(
      /2026-11-30, linux x64, Node 20\.1\.0, OpenBLAS 0\.3 \(1 thread\)\.$/,
    );
  });
});

describe("the profile of a row", () => {
  const node = (id: number, functionName: string, url = "", children: number[] = []): object => ({
    ...{ id, children },
    callFrame: { functionName, url },
  });
  const nodes = [
    node(1, "(root)", "", [2, 6]),
    node(2, "multiply", "file:///a/products.js", [3, 5]),
    node(3, "wasm-function[7]", "wasm://wasm/1", [4]),
    node(4, "wasm-function[9]", "wasm://wasm/1"),
    node(5, "dgemm_", ""),
    node(6, "(idle)"),
  ];
  const kernels = new Map([["7", "rowProduct"]]);
  test("gives each function its share of the time at work, kernels with what they call inside", () => {
    const shares = sharesOf(
      { nodes, samples: [2, 3, 4, 5, 6], timeDeltas: [10, 20, 30, 40, 1000] },
      kernels,
    );
    expect(shares).toEqual([
      { name: "rowProduct", share: 0.5 },
      { name: "native code", share: 0.4 },
      { name: "multiply (products)", share: 0.1 },
    ]);
  });
  test("is a line of docs/speed.md for each side that is behind, and for no other", () => {
    const conditions = { date: "2026-11-30T10:00:00Z", machine: "linux x64", node: "v20.1.0" };
    const profile = [
      { name: "rowProduct", share: 0.77 },
      { name: "multiply", share: 0.2 },
      { name: "copy", share: 0.03 },
    ];
    const row = { title: "eigenvalues", ratio: 0.5, nativeRatio: 2, ours: { profile }, native: {} };
    expect(
      profiles([{ ...row, conditions }])
        .split("\n")
        .slice(2),
    ).toEqual([
      "| eigenvalues | no | 0.50 | rowProduct 77 %, multiply 20 %, the rest 3 % |",
      "",
      "Measured: 2026-11-30, linux x64, Node 20.1.0, no BLAS.",
    ]);
  });
});

describe("a notebook's name behind -t", () => {
  const names = ["dawid2021-fig2", "dawid2021-fig2b"];
  test("stands for that notebook alone", () => {
    const [file, option, pattern] = wholeNames(["tests/notebooks.test.ts", "-t", names[0]], names);
    expect([file, option]).toEqual(["tests/notebooks.test.ts", "-t"]);
    const titles = names.map((name) => `${name} cell 1: figures`);
    expect(titles.map((title) => new RegExp(pattern).test(title))).toEqual([true, false]);
  });
  test("is left alone elsewhere, as is every other pattern", () => {
    for (const args of [["-t", "dawid2021"], [names[0]], ["tests/core", "-t", "a mean"]])
      expect(wholeNames(args, names)).toEqual(args);
  });
});
