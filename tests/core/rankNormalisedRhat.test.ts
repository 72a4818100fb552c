import { readFileSync } from "node:fs";
import {
  ConfigError,
  gelmanRubin,
  makeRng,
  NumericalError,
  rankNormalisedRhat,
  ShapeError,
} from "phaselens/core";
import { describe, expect, it } from "vitest";
import { autoregressive } from "../support/autoregressive.js";
import { normalQuantile } from "phaselens/internal/core/statistics/normalQuantile";

/** Chains of ArviZ 0.23.4 and its R̂, made by fixtures/rankNormalisedRhat.py. */
interface Case {
  readonly name: string;
  readonly chains: readonly (readonly number[])[];
  readonly rank: number;
  readonly split: number;
}
const fixture = new URL("./fixtures/rankNormalisedRhat.json", import.meta.url);
const cases = JSON.parse(readFileSync(fixture, "utf8")) as Case[];

const normal = (label: string, n: number, width = 1, centre = 0): Float64Array => {
  const rng = makeRng(1, label);
  return Float64Array.from({ length: n }, () => centre + width * rng.normal());
};

describe("rankNormalisedRhat", () => {
  it.each(cases)("is that of ArviZ for $name", ({ chains, rank, split }) => {
    expect(rankNormalisedRhat(chains)).toBeCloseTo(rank, 12);
    // ArviZ leaves out the middle of an odd chain, gelmanRubin its first sample
    if (chains[0].length % 2 === 0) expect(gelmanRubin(chains)).toBeCloseTo(split, 12);
  });

  it("sees chains of different widths and one that stands still, to which the split formula is blind", () => {
    const healthy = ["a", "b", "c"].map((label) => normal(label, 2000));
    const wide = [...healthy, normal("d", 2000, 4)];
    const still = [...healthy, new Float64Array(2000)];
    for (const chains of [wide, still]) {
      expect(gelmanRubin(chains)).toBeLessThan(1.01);
      expect(rankNormalisedRhat(chains)).toBeGreaterThan(1.05);
    }
  });

  it("does not change when all samples go through one rising function", () => {
    const chains = ["e", "f"].map((label, c) => normal(label, 500, 1, 0.3 * c));
    const { bulk, plain } = { bulk: rankNormalisedRhat(chains), plain: gelmanRubin(chains) };
    const cubes = chains.map((chain) => chain.map((x) => x ** 3));
    // the folded part may change, but a shift shows in the bulk
    expect(rankNormalisedRhat(cubes)).toBeCloseTo(bulk, 12);
    expect(Math.abs(gelmanRubin(cubes) - plain)).toBeGreaterThan(1e-3);
  });

  it("is below 1.01 for pairs of chains of 1000 τ_int that agree, above it where half a σ is between them", () => {
    // R̂ − 1 of those that agree is about .002 χ²₃/3, twice: above .01 at a rate of .004, 6 of 100
    // at one of 3e-6
    const rhat = (seed: number, shift: number): number => {
      const pair = [0, 1].map((c) => autoregressive(makeRng(seed, `R̂ ${c}`), 0.6, 2000));
      return rankNormalisedRhat([pair[0], pair[1].map((x) => x + shift)]);
    };
    const seeds = Array.from({ length: 100 }, (_, k) => k);
    expect(seeds.filter((seed) => rhat(seed, 0) > 1.01).length).toBeLessThan(6);
    expect(seeds.filter((seed) => rhat(seed, 0.5) > 1.01).length).toBeGreaterThan(94);
  });

  it("is 1 for equal constants and infinite for different ones", () => {
    expect(
      rankNormalisedRhat([
        [2, 2, 2, 2],
        [2, 2, 2, 2],
      ]),
    ).toBe(1);
    expect(
      rankNormalisedRhat([
        [2, 2, 2, 2],
        [3, 3, 3, 3],
      ]),
    ).toBe(Infinity);
  });

  it("refuses chains of different lengths, too short ones and NaN", () => {
    expect(() =>
      rankNormalisedRhat([
        [1, 2, 3, 4],
        [1, 2, 3],
      ]),
    ).toThrow(ShapeError);
    expect(() => rankNormalisedRhat([[1, 2, 3]])).toThrow(ConfigError);
    expect(() => rankNormalisedRhat([])).toThrow(
      "0 chains of 0 samples; it needs at least one chain of 4",
    );
    expect(() => rankNormalisedRhat([[1, 2, NaN, 4]])).toThrow(NumericalError);
  });
});

describe("normalQuantile", () => {
  it("is that of SciPy 1.17.1, scipy.stats.norm.ppf", () => {
    const expected: readonly (readonly [number, number])[] = [
      [1e-300, -37.0470962993612],
      [1e-20, -9.262340089798407],
      [1e-5, -4.264890793922825],
      [0.02, -2.053748910631823],
      [0.074, -1.4466320671589785],
      [0.2, -0.8416212335729142],
      [0.4, -0.2533471031357998],
      [0.926, 1.446632067158979],
      [0.999999, 4.753424308817087],
    ];
    for (const [p, z] of expected) expect(Math.abs(normalQuantile(p) / z - 1)).toBeLessThan(1e-15);
    expect([0, 0.5, 1].map(normalQuantile)).toEqual([-Infinity, 0, Infinity]);
    expect([-0.1, 1.1, NaN].map(normalQuantile)).toEqual([NaN, NaN, NaN]);
  });
});
