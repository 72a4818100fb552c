import { bluecher2020 } from "phaselens/papers";
import { makeRng, row, ShapeError, tensor } from "phaselens/core";
import { lattice, paramagneticObservable } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import {
  paramagneticFilters,
  filterPatterns,
} from "phaselens/internal/papers/bluecher2020/filterPatterns";
import { cubeParity } from "phaselens/internal/papers/bluecher2020/cubeSymmetries";

const uniform = (size: number): number[] => new Array<number>(8).fill(size);
const alternating = bluecher2020.cubeCorners.map(
  (corner) => 0.2 * (-1) ** corner.reduce((sum, step) => sum + step, 0),
);
const dropped = [1e-6, 0, -1e-6, 0, 0, 2e-6, 0, 0];
const paper = [
  [...paramagneticFilters[3]].map((w) => 0.1 * w),
  alternating,
  uniform(0.1),
  uniform(-0.08),
  dropped,
];
const network = (filters: number[][]) =>
  tensor([filters.length, 2, 2, 2], Float64Array.from(filters.flat()));
const patterns = (filters: number[][]): bluecher2020.FilterPattern[] =>
  filterPatterns(network(filters)).map((fact) => fact.pattern);

// The convolutional network after 400 steps with the printed LASSO of 10: nothing but noise, and an
// error of 0.082 in the paramagnetic phase
const untrained = [
  1.63e-8, -0.075, -6.63e-8, 3.21e-7, -6.84e-10, 9.23e-7, 0.111, 1.19e-8, 7.56e-8, -0.067, 0.0996,
  -5.72e-8, -0.053, 0.128, 1.3e-7, -1.73e-7, 2e-8, -4.32e-8, -0.12, -5.89e-9, -6.15e-8, -0.149,
  1.22e-7, -2.2e-8, -0.111, 0.134, -0.137, -0.0061, 0.121, -3.53e-7, -4.41e-8, -1.02e-8, -8.45e-7,
  -0.144, -0.0295, 4.85e-7, -0.0619, 0.0871, -4.56e-7, -9.47e-9,
];

describe("filterPatterns", () => {
  it("know M, −M, M_s, what is neither and what is dropped, whatever the size", () => {
    expect(patterns(paper)).toEqual(["neither", "M_s", "M", "−M", "unused"]);
    expect(patterns(paper.map((filter) => filter.map((w) => 1e-3 * w)))).toEqual([
      "neither",
      "M_s",
      "M",
      "−M",
      "unused",
    ]);
    expect(
      patterns([alternating.map((w) => -w), uniform(1).map((w, k) => (k < 6 ? w : 0))]),
    ).toEqual(["M_s", "mixed"]);
    expect(patterns([uniform(0)])).toEqual(["unused"]);
  });

  it("say how near a filter is to that of O_PM", () => {
    const [exact, , both] = filterPatterns(network(paper));
    expect(exact.cosineO).toBeCloseTo(1, 12);
    expect(both.cosineO).toBeCloseTo(0, 12); // its weights sum to 0
    // a derivative along the diagonal without a block
    const [diagonal] = filterPatterns(network([[0, 0, 0, 0, 1, 0, 0, -1]]));
    expect([diagonal.pattern, diagonal.cosineO]).toEqual([
      "neither",
      expect.closeTo(Math.SQRT1_2, 12),
    ]);
  });

  it("are for filters of eight weights", () =>
    expect(() => filterPatterns(tensor([5, 3, 3, 3]))).toThrow(ShapeError));
});

describe("the paper's set of filters", () => {
  const setOf = (filters: number[][]) => bluecher2020.filterSet(filterPatterns(network(filters)));
  it("is M, −M, M_s, one that is neither, and the rest dropped", () => {
    expect(setOf(paper)).toEqual({
      paper: true,
      withO: true,
      bothSigns: true,
      staggered: true,
      used: 4,
    });
    expect(setOf([...paper, dropped, dropped]).paper).toBe(true); // more filters, four of them used
    expect(setOf(paper.slice(0, 4)).paper).toBe(false); // none was dropped
    expect(setOf([...paper.slice(0, 4), uniform(0.1)]).paper).toBe(false);
    expect(setOf([paper[0], paper[1], paper[2], uniform(0.05), dropped])).toMatchObject({
      paper: false,
      bothSigns: false,
    });
    expect(setOf([uniform(0.1), dropped]).staggered).toBe(false);
  });

  it("need not have O_PM's filter for the one that is neither", () => {
    expect(setOf([[0, 0, 0, 0, 1, 0, 0, -1], ...paper.slice(1)])).toMatchObject({
      paper: true,
      withO: false,
    });
  });

  it("is not found in a network without training, whose filters count as two FM, one AFM, one PM and one unused by their relevance", () => {
    const facts = filterPatterns(tensor([5, 2, 2, 2], Float64Array.from(untrained)));
    expect(bluecher2020.filterSet(facts).paper).toBe(false);
    expect(facts.filter(({ pattern }) => ["M", "−M", "M_s"].includes(pattern))).toEqual([]);
  });

  it("comes from weights drawn at random in less than one case of ten thousand", () => {
    const rng = makeRng(1, "random filters");
    let found = 0;
    for (let n = 0; n < 10_000; n++) {
      const weights = Array.from({ length: 4 }, () =>
        Array.from({ length: 8 }, () => rng.normal()),
      );
      if (setOf([...weights, dropped]).paper) found++;
    }
    expect(found).toBe(0); // 4! · 0.4 · 0.0003² · 0.0006 ≈ 1e-9 expected
  });
});

describe("the filters of O_PM", () => {
  const cube = lattice([4, 6, 4]);
  const field = Float64Array.from(
    { length: cube.sites },
    (_, n) => Math.sin(1 + 2.3 * n) + 0.1 * n ** 0.5,
  );
  it("are twelve, none the negative of another", () => {
    expect(paramagneticFilters.length).toBe(12);
    for (const [k, a] of paramagneticFilters.entries()) {
      for (const b of paramagneticFilters.slice(k + 1))
        expect(Math.abs(a.reduce((sum, w, i) => sum + w * b[i], 0))).toBeLessThan(4);
    }
  });

  it("begin with that of Eq. (9), and half are staggered images of the other half", () => {
    expect(bluecher2020.filterResponse(field, cube, paramagneticFilters[0], "modulus")).toBeCloseTo(
      paramagneticObservable(field, cube),
      12,
    );
    const staggered = paramagneticFilters[0].map((w, k) => w * cubeParity[k]);
    expect(bluecher2020.filterResponse(field, cube, staggered, "modulus")).toBeCloseTo(
      paramagneticObservable(field, cube, { staggered: true }),
      12,
    );
    for (const weights of paramagneticFilters)
      expect(
        bluecher2020.filterSimilarity(weights, paramagneticFilters[0]) === 1 ||
          bluecher2020.filterSimilarity(weights, staggered) === 1,
      ).toBe(true);
  });

  it("include every direction of the blocks", () => {
    for (const direction of [0, 1, 2] as const) {
      const wanted = paramagneticObservable(field, cube, { direction });
      expect(
        paramagneticFilters.some(
          (weights) =>
            Math.abs(bluecher2020.filterResponse(field, cube, weights, "modulus") - wanted) < 1e-12,
        ),
      ).toBe(true);
    }
  });
});

describe("symmetries of the cube", () => {
  it("are 48 permutations of the corners that keep neighbours neighbours, the identity and the reflections foremost", () => {
    expect(new Set(bluecher2020.cubeSymmetries.map(String)).size).toBe(48);
    const apart = (a: number, b: number): number =>
      bluecher2020.cubeCorners[a].reduce(
        (sum, step, axis) => sum + Math.abs(step - bluecher2020.cubeCorners[b][axis]),
        0,
      );
    for (const map of bluecher2020.cubeSymmetries) {
      for (let a = 0; a < 8; a++)
        for (let b = 0; b < 8; b++) expect(apart(map[a], map[b])).toBe(apart(a, b));
    }
    expect(bluecher2020.cubeSymmetries[0]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(
      bluecher2020.cubeSymmetries
        .slice(0, 8)
        .map((map) => map[0])
        .sort(),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("do not change how alike filters are, and random ones are .73 alike, not 0", () => {
    const rng = makeRng(1, "pairs");
    const draw = () => Array.from({ length: 8 }, () => rng.normal());
    const [a, b] = [draw(), draw()];
    expect(
      bluecher2020.filterSimilarity(
        a,
        bluecher2020.cubeSymmetries[29].map((from) => -2 * a[from]),
      ),
    ).toBeCloseTo(1, 12);
    expect(bluecher2020.filterSimilarity(a, b)).toBeCloseTo(
      bluecher2020.filterSimilarity(b, a),
      12,
    );
    const median = (values: number[]): number => values.sort((x, y) => x - y)[values.length >> 1];
    const pairs = Array.from({ length: 2000 }, () => [draw(), draw()]);
    expect(median(pairs.map(([x, y]) => bluecher2020.filterSimilarity(x, y)))).toBeCloseTo(0.73, 1);
    expect(
      median(
        pairs.map(([x, y]) =>
          bluecher2020.filterSimilarity(x, y, bluecher2020.cubeSymmetries.slice(0, 8)),
        ),
      ),
    ).toBeCloseTo(0.59, 1);
  });
});

describe("the linear response of a filter", () => {
  const cube = lattice([4, 4, 6]);
  const rng = makeRng(2, "responses");
  it("is Σw M and, alternating, Σ(−1)ⁿw M_s, for any filter and field: it says nothing of the filter", () => {
    for (let n = 0; n < 20; n++) {
      const [weights, field] = [8, cube.sites].map((count) =>
        Float64Array.from({ length: count }, () => rng.normal()),
      );
      const [sum, staggered] = [cubeParity.map(() => 1), cubeParity].map((signs) =>
        row(tensor([1, 8], weights), 0).reduce((total, w, k) => total + w * signs[k], 0),
      );
      const mean = (signs: (site: number) => number): number =>
        field.reduce((total, value, site) => total + signs(site) * value, 0) / cube.sites;
      expect(bluecher2020.filterResponse(field, cube, weights, "linear")).toBeCloseTo(
        sum * mean(() => 1),
        12,
      );
      expect(bluecher2020.filterResponse(field, cube, weights, "alternating")).toBeCloseTo(
        staggered * mean((site) => cube.parity[site]),
        12,
      );
    }
  });
});
