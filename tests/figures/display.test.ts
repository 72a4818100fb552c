import { figures, nn } from "phaselens";
import { ConfigError, makeDataset, oneHot, tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { showLast } from "phaselens/internal/figures/output/showLast";
import { captureDisplay } from "./captureDisplay.js";

const shownAs = async (value: object, title?: string): Promise<string> => {
  const [bundle] = await captureDisplay(() =>
    figures.display(value, title === undefined ? {} : { title }),
  );
  expect(bundle["text/html"]).toContain("<caption>");
  return String(bundle["text/plain"]);
};

describe("what a notebook shows of a value", () => {
  it("an estimate: as many digits as its error allows", async () => {
    const text = await shownAs({ mean: 0.123456, error: 0.00234, tauInt: 0.5, n: 400 }, "κ");
    expect(text).toBe("κ (estimate)\n   mean ± error  τ_int    n\n0.1235 ± 0.0023    0.5  400");
    expect(
      await shownAs({
        a: { mean: -1, error: 0.5, tauInt: 1.25, n: 2 },
        b: { mean: 3, error: 0.1, tauInt: 1, n: 3 },
      }),
    ).toContain("−1.00 ± 0.50");
    const one = { mean: 0.21, error: 0.006, tauInt: 4.98765, n: 7200 };
    expect(await shownAs({ "|M|": one })).toBe(
      "estimate\n        mean ± error  τ_int     n\n|M|  0.2100 ± 0.0060      5  7200",
    );
  });

  it("of estimates what makes one of them doubtful", async () => {
    const [sound, short] = [
      { mean: 1, error: 0.1, tauInt: 1, n: 200 },
      { mean: 1, error: 0.1, tauInt: 9, n: 40, warnings: ["short: 40 samples."] },
    ];
    for (const pair of [
      { a: sound, b: short },
      { a: short, b: sound },
    ])
      expect(await shownAs(pair)).toContain("short: 40 samples.");
    expect(await shownAs(sound)).not.toContain("doubtful");
  });

  it("a tensor: its shape, its extremes, its first rows and how many more there are", async () => {
    const text = await shownAs(
      tensor(
        [10, 3, 4],
        Float64Array.from({ length: 120 }, (_, k) => k / 8),
      ),
    );
    expect(text.split("\n")[0]).toBe("tensor [10, 3, 4], values from 0 to 14.88");
    expect(text).toContain("4 more");
    expect(text.split("\n").at(-1)?.trim()).toBe("2 more");
    expect(await shownAs(tensor([0, 2]))).toContain("no rows");
  });

  it("a network: its layers and their parameters", async () => {
    const text = await shownAs(nn.sequential([nn.dense(3, 4), nn.relu(), nn.dense(4, 2)], "small"));
    expect(text.split("\n").map((line) => line.trim().replace(/\s+/g, " "))).toEqual([
      'network "small", 26 parameters',
      "value layer reads parameters",
      "1 dense(3→4) input 16",
      "2 relu 1 0",
      "3 dense(4→2) 2 10",
    ]);
  });

  it("a dataset: classes and where it is from", async () => {
    const data = makeDataset({
      x: tensor([3, 2]),
      target: oneHot([0, 1, 1], 2),
      weights: [1, 3, -1],
      provenance: { generator: "test", params: { size: 3 }, seed: 7, source: "<here>" },
    });
    const text = await shownAs(data);
    const weights = "-1 to 3, sum 3, effective number 0.8182";
    for (const fact of ["dataset of 3 samples", "2 classes: 1, 2", weights, "size 3", "<here>"])
      expect(text).toContain(fact);
  });

  it("a list of numbers: how many, their extremes, the first of them", async () => {
    const text = await shownAs(Float64Array.from({ length: 740 }, (_, k) => k / 4));
    expect(text.split("\n")[0]).toBe("740 numbers from 0 to 184.8");
    expect(text).toContain("732 more");
    expect(await shownAs(new Float32Array(0))).toContain("0 numbers");
    expect(await shownAs([0.5, NaN])).toContain("2 numbers, some of them NaN");
  });

  it("a list of rows: the first twenty, and columns that only some have", async () => {
    const rows = Array.from({ length: 30 }, (_, k) => ({
      kappa: k / 8,
      ...(k === 3 && { at: [1, 2] }),
    }));
    const lines = (await shownAs(rows)).split("\n");
    expect(lines).toHaveLength(1 + 1 + 20 + 1);
    expect(lines[1].trim().split(/\s+/)).toEqual(["kappa", "at"]);
    expect(lines[5].trim()).toBe("0.375  [1, 2]");
    expect(lines.at(-1)?.trim()).toBe("10 more");
    expect(await shownAs([tensor([2, 2]), tensor([3])])).toContain("tensor [3] from 0 to 0");
  });

  it("a data frame: its rows with their index", async () => {
    const frame = { columns: ["mean"], index: ["AFM", "PM"], values: [[1.5], [2]] };
    expect(await shownAs(frame)).toBe("data frame, 2 rows\n     mean\nAFM   1.5\n PM     2");
    const series = { columns: ["0"], index: Array.from({ length: 25 }, (_, k) => k) };
    const lines = (await shownAs({ ...series, values: series.index })).split("\n");
    expect(lines[3].trim().split(/\s+/)).toEqual(["1", "1"]);
    expect(lines.at(-1)?.trim()).toBe("5 more");
  });

  it("an object: what each field is, in a few words", async () => {
    const network = nn.sequential([nn.dense(3, 1)], "small");
    const text = await shownAs({
      theta: new Float64Array(4),
      fit: { mean: 1, error: 0.1, tauInt: 1, n: 9 },
      network,
      samples: { x: tensor([5, 3]), target: tensor([5, 1]) },
      history: Array.from({ length: 12 }, (_, epoch) => ({ epoch, loss: 1 })),
      step: () => 1,
      settings: { a: 1, b: 2 },
      at: Object.assign([], { 2: tensor([3]) }),
      long: Object.fromEntries(Array.from({ length: 30 }, (_, k) => [`name${k}`, k])),
      few: [1, "two"],
    });
    for (const words of [
      "4 numbers from 0 to 0",
      "1.00 ± 0.10",
      'network "small", 4 parameters',
      "5 samples [3]",
      "12 × { epoch, loss }",
      "function",
      "{ a: 1, b: 2 }",
      "{ 2: tensor [3] from 0 to 0 }",
      "{ name0, name1, name2, name3, name4, name5, … }",
      "[1, two]",
    ])
      expect(text).toContain(words);
  });

  it("the report of an audit: its conclusion and the verdict on each part", async () => {
    const lines = [{ part: "spectrum", verdict: "caution", words: "negative eigenvalues" }];
    const report = { verdict: "caution", conclusion: "usable.", lines, spectrum: {} };
    const text = await shownAs(report);
    expect(text).toMatch(/^CAUTION: usable\.\n/);
    expect(text).toContain("negative eigenvalues");
  });

  it("refuses what has no parts", () => {
    expect(() => figures.display(42 as never)).toThrow(ConfigError);
    expect(() => figures.display({})).toThrow(/has no parts to show in a table/);
    expect(() => figures.display([])).toThrow(ConfigError);
    expect(() => figures.display(new Map([[1, 2]]))).toThrow(ConfigError);
  });
});

describe("what a notebook's cell ends with", () => {
  const shown = async (value: unknown): Promise<unknown[]> => {
    const bundles: unknown[] = [];
    let better: boolean | undefined;
    bundles.push(...(await captureDisplay(async () => void (better = await showLast(value)))));
    return [better, bundles.length];
  };

  it("is a table where it is a value of the library, or holds one", async () => {
    for (const value of [
      tensor([2, 2]),
      new Float64Array(3),
      nn.sequential([nn.dense(3, 1)]),
      { mean: 1, error: 0.1, tauInt: 1, n: 9 },
      { fit: { theta: new Float64Array(3) } },
      [{ kappa: 1, mean: 2 }],
      Array.from({ length: 21 }, (_, k) => k),
    ])
      expect(await shown(value)).toEqual([true, 1]);
  });

  it("is left to a line of text where that says as much", async () => {
    for (const value of [1, "a", null, [1, 2, 3], { a: 1, b: [1, 2] }, new Map(), () => 1])
      expect(await shown(value)).toEqual([false, 0]);
  });

  it("is not said again of a claim, and a figure is drawn", async () => {
    const claimed = {
      figure: "report-a",
      statement: "s",
      kind: "reported",
      value: 1,
      expected: "1",
      pass: null,
    };
    expect(await shown(claimed)).toEqual([true, 0]);
    const figure = figures.scatter({
      id: "report-a",
      title: "",
      rows: [{ a: 1, b: 2 }],
      x: { field: "a", title: "a" },
      y: { field: "b", title: "b" },
    });
    expect(await shown(figure)).toEqual([true, 1]);
  });
});
