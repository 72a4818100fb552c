import { dawid2021 } from "phaselens/papers";
import { readFileSync } from "node:fs";
import { ConfigError, labelsOf, readNpy, row, tensor } from "phaselens/core";
import { halfFilledBasis, minMaxNormalise, siteDensities } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../../support/matrices.js";
import { describeWithReference, referencePath } from "../../support/reference.js";
import {
  grids as setsOfGrids,
  permutedRows,
  phaseLabel,
} from "phaselens/internal/papers/dawid2021/data";
import { minMax } from "phaselens/internal/physics/observables/minMax";
import { groundStates } from "phaselens/internal/physics/hubbard/hubbard";

const grids = setsOfGrids();

describe("the grids of interactions", () => {
  it("has the paper's counts and ends", () => {
    const ends = (set: dawid2021.SetName) => [
      grids[set].length,
      grids[set][0],
      grids[set][grids[set].length - 1],
    ];
    expect(ends("training")).toEqual([1000, 0, 40]);
    expect(ends("validation")).toEqual([200, 0.02, 39.998]);
    expect(ends("even")).toEqual([50, 0.01, 39]);
    expect(ends("mixed")).toEqual([50, 0.01, 39]);
  });

  it("has numpy's values to the last place or the one before", () => {
    // the concatenations named in the docstring, printed by numpy 2.4.6
    const expected: [dawid2021.SetName, number, number][] = [
      ["training", 1, 0.002004008016032064],
      ["training", 123, 0.24649298597194386],
      ["training", 500, 1.01],
      ["training", 501, 1.0881362725450903],
      ["training", 998, 39.92186372745491],
      ["even", 19, 0.94955],
      ["even", 20, 1.02],
      ["even", 27, 2.457957366804888],
      ["even", 48, 34.39512308043266],
      ["mixed", 31, 2.411486047440597],
      ["validation", 150, 20.710808080808082],
    ];
    for (const [set, index, value] of expected)
      expect(Math.abs(grids[set][index] / value - 1)).toBeLessThan(4e-16);
  });

  it("ascends within each set", () => {
    for (const grid of Object.values(grids))
      for (let k = 1; k < grid.length; k++) expect(grid[k]).toBeGreaterThan(grid[k - 1]);
  });
});

describe("phaseLabel", () => {
  it("splits the training set of 12 sites into 501 LL and 499 CDW-I", () => {
    const { label } = dawid2021.data({ sites: 12, set: "training" });
    expect(label.filter((l) => l === 0).length).toBe(501);
    expect(label.filter((l) => l === 1).length).toBe(499);
    expect(Array.from(label)).toEqual(Array.from(label).sort());
  });

  it("goes by the interaction at 14 sites, where the order parameter exceeds 1e-6 at V₁ = .93 already", () => {
    const { orderParameters } = groundStates({ sites: 14, interactions: [0.92, 0.93] });
    expect(orderParameters[0]).toBeLessThan(1e-6);
    expect(orderParameters[1]).toBeGreaterThan(1e-6);
    expect(phaseLabel({ sites: 14, interaction: 1.01, orderParameter: 1e-5 })).toBe(0);
    expect(phaseLabel({ sites: 14, interaction: 1.02, orderParameter: 0 })).toBe(1);
  });
});

describe("dawid2021.data", () => {
  it("is channels first, one-hot, and normalised by the training set's range", () => {
    const training = dawid2021.data({ sites: 8, set: "training" });
    expect(training.x.shape).toEqual([1000, 1, 70]);
    expect(training.target.shape).toEqual([1000, 2]);
    expect(labelsOf(training)).toEqual(training.label);
    expect(minMax(training.x.data)).toEqual({ minimum: 0, maximum: 1 });
    const { minimum, maximum } = training.normalisation;
    const even = dawid2021.data({ sites: 8, set: "even" });
    expect(even.normalisation).toEqual(training.normalisation);
    const raw = groundStates({ sites: 8, interactions: grids.even }).states;
    expect(
      largestDifference(
        even.x.data,
        raw.data.map((value) => (value - minimum) / (maximum - minimum)),
      ),
    ).toBe(0);
    expect(even.provenance).toMatchObject({
      generator: "dawid2021Data",
      params: { sites: 8, set: "even" },
      seed: 0,
    });
  });

  it("gives the same range whichever set comes first", () => {
    const even = dawid2021.data({ sites: 6, set: "even" });
    expect(even.normalisation).toEqual(dawid2021.data({ sites: 6, set: "training" }).normalisation);
  });

  it("permutes the components of nine rows of the mixed set, differently for each row and seed, and leaves the others alone", () => {
    const sites = 10;
    const plain = groundStates({ sites, interactions: grids.mixed });
    const one = dawid2021.data({ sites, set: "mixed", seed: 1 });
    const two = dawid2021.data({ sites, set: "mixed", seed: 2 });
    expect(one.permutedRows).toEqual(permutedRows);
    const expected = minMaxNormalise(plain.states, one.normalisation);
    for (let n = 0; n < 50; n++) {
      const [a, b, original] = [row(one.x, n), row(two.x, n), row(expected, n)];
      if (permutedRows.includes(n)) {
        expect(a).not.toEqual(original);
        expect(a).not.toEqual(b);
        expect(a.slice().sort()).toEqual(original.slice().sort());
      } else {
        expect(a).toEqual(original);
        expect(b).toEqual(original);
      }
    }
    // the ordered state is the largest entry of each row before, at one and the same place
    const places = permutedRows.map((n) => row(one.x, n).indexOf(minMax(row(one.x, n)).maximum));
    expect(new Set(places).size).toBeGreaterThan(6);
    expect(dawid2021.data({ sites, set: "mixed", seed: 1 }).x).toEqual(one.x);
    expect(dawid2021.data({ sites, set: "even", seed: 5 }).permutedRows).toEqual([]);
  });

  it("keeps the order parameter of the state before the permutation", () => {
    const { orderParameter } = dawid2021.data({ sites: 8, set: "mixed", seed: 3 });
    expect(orderParameter).toEqual(
      groundStates({ sites: 8, interactions: grids.mixed }).orderParameters,
    );
  });

  it("refuses an unknown set, an odd chain, a bad seed and an empty range", () => {
    expect(() => dawid2021.data({ sites: 8, set: "test" as "even" })).toThrow(
      'unknown set "test". Use one of training, validation, even, mixed.',
    );
    expect(() => dawid2021.data({ sites: 9, set: "even" })).toThrow(ConfigError);
    expect(() => dawid2021.data({ sites: 8, set: "mixed", seed: 0.5 })).toThrow(ConfigError);
    expect(() => minMaxNormalise(tensor([2], [1, 1]), minMax([1, 1]))).toThrow(
      "range from 1 to 1; the maximum must be above the minimum",
    );
    expect(() => siteDensities(halfFilledBasis(8), new Float64Array(3))).toThrow(
      "has 70 amplitudes, got 3",
    );
  });
});

describeWithReference("against the authors' files", () => {
  // [50, 925]: label, then 924 amplitudes
  const authors = (name: string) => readNpy(referencePath(`dawid2021/${name}`));
  const amplitudes = (name: string): Float64Array[] =>
    Array.from({ length: 50 }, (_, n) => row(authors(name), n).slice(1));

  it("the even test set has their amplitudes to 2e-7 and their labels", () => {
    const ours = groundStates({ sites: 12, interactions: grids.even });
    amplitudes("test_even_more_50x925_f64.npy").forEach((theirs, n) =>
      expect(largestDifference(row(ours.states, n), theirs)).toBeLessThan(2e-7),
    );
    const labels = Array.from(
      { length: 50 },
      (_, n) => row(authors("test_even_more_50x925_f64.npy"), n)[0],
    );
    expect(Array.from(dawid2021.data({ sites: 12, set: "even" }).label)).toEqual(labels);
  });

  it("the mixed set differs from theirs in the permuted rows only, which hold the same amplitudes in another order, and in one label", () => {
    const ours = groundStates({ sites: 12, interactions: grids.mixed });
    const different: number[] = [];
    amplitudes("test_mixed_more_50x925_f64.npy").forEach((theirs, n) => {
      if (largestDifference(row(ours.states, n), theirs) > 2e-7) different.push(n);
      expect(
        largestDifference(row(ours.states, n).slice().sort(), theirs.slice().sort()),
      ).toBeLessThan(2e-7);
    });
    expect(different).toEqual(permutedRows);
    const { label } = dawid2021.data({ sites: 12, set: "mixed" });
    const file = authors("test_mixed_more_50x925_f64.npy");
    expect(Array.from(label.keys()).filter((n) => label[n] !== row(file, n)[0])).toEqual([20]);
  });

  it("the training states, their order parameters and labels are those of an independent program", () => {
    const ours = groundStates({ sites: 12, interactions: grids.training });
    const orbits = readNpy(referencePath("dawid2021/orbit_label_924.npy"));
    const values = readNpy(referencePath("dawid2021/train12_orbit_amplitudes_1000x62_f64.npy"));
    const meta = JSON.parse(readFileSync(referencePath("dawid2021/train12_meta.json"), "utf8")) as {
      V: number[];
      op: number[];
      label: number[];
      xmin: number;
      xmax: number;
    };
    expect(largestDifference(grids.training, meta.V)).toBe(0);
    let worst = 0;
    for (let n = 0; n < 1000; n++) {
      for (let k = 0; k < 924; k++)
        worst = Math.max(
          worst,
          Math.abs(ours.states.data[n * 924 + k] - values.data[n * 62 + orbits.data[k]]),
        );
    }
    expect(worst).toBeLessThan(1e-7);
    expect(largestDifference(ours.orderParameters, meta.op)).toBeLessThan(1e-6);
    const { label, normalisation } = dawid2021.data({ sites: 12, set: "training" });
    expect(Array.from(label)).toEqual(meta.label);
    expect(Math.abs(normalisation.maximum - meta.xmax)).toBeLessThan(1e-8);
    expect(Math.abs(normalisation.minimum - meta.xmin)).toBeLessThan(1e-15);
  });
});
