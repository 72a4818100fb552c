import { figures, nn } from "phaselens";
import { ConfigError, makeDataset, oneHot, tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { captureDisplay } from "./captureDisplay.js";

const shownAs = async (value: figures.Displayable, title?: string): Promise<string> => {
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

  it("refuses what it does not know", () => {
    expect(() => figures.display(42 as never)).toThrow(ConfigError);
    expect(() => figures.display({} as never)).toThrow(
      /is no Estimate, Tensor, Network or Dataset/,
    );
  });
});
