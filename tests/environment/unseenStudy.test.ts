import { core, physics } from "phaselens";
import { describe, expect, it } from "vitest";
import {
  boundariesOf,
  maxima,
  susceptibility,
} from "../../environment/studies/dawid2021-unseen/boundaries.mjs";
import { ordersOf, scan } from "../../environment/studies/dawid2021-unseen/chain.mjs";
import {
  crossing,
  quantile,
  rank,
  separation,
} from "../../environment/studies/dawid2021-unseen/marks.mjs";
import {
  disagreement,
  distances,
  nearestInput,
} from "../../environment/studies/dawid2021-unseen/scores.mjs";
import {
  correlations,
  drawnChain,
  levels,
  offDiagonal,
  realSpaceWinding,
  winding,
} from "../../environment/studies/dawid2021-unseen/ssh.mjs";

const grid = (count: number, step: number): number[] =>
  Array.from({ length: count }, (_, k) => k * step);

describe("orders along V₂", () => {
  it("are 1 for their own pattern and 0 for the other, 4/L of bonds in a single configuration", () => {
    const fock = physics.halfFilledBasis(12);
    const orders = ordersOf(fock);
    const pure = (pattern: number) => {
      const state = new Float64Array(fock.dimension);
      state[fock.indexOf(pattern)] = 1;
      return orders(state);
    };
    const [single, double] = [pure(0b101010101010), pure(0b110011001100)];
    expect(single.single).toBeCloseTo(1, 12);
    expect(single.double).toBeCloseTo(0, 12);
    expect(single.bonds).toBeCloseTo(1 / 3, 12);
    expect(double.single).toBeCloseTo(0, 12);
    expect(double.double).toBeCloseTo(1, 12);
  });

  it("of bonds is 1 + 1/L for a row of dimers", () => {
    const fock = physics.halfFilledBasis(8);
    // one particle in each pair of sites, in all 16 ways
    const state = Float64Array.from(fock.states, (one) =>
      [0, 2, 4, 6].every((bit) => [1, 2].includes((one >> bit) & 3)) ? 0.25 : 0,
    );
    expect(core.dot(state, state)).toBeCloseTo(1, 12);
    expect(ordersOf(fock)(state).bonds).toBeCloseTo(1 + 1 / 8, 12);
  });
});

describe("boundaries along V₂", () => {
  it("lie at V₂ = V₁/2 on four sites, where χ_F is 1/(4·2·4) by hand", () => {
    // two states with E = ±√((V₂ − V₁/2)² + 2): dφ/dV₂ = 1/(2√2) at the middle, χ_F = (dφ/dV₂)²/L
    const points = scan({ sites: 4, interaction: 4, secondInteractions: grid(81, 0.05) });
    const { susceptibility: found, fall, rise, overtakes } = boundariesOf(points, 4);
    expect(found).toHaveLength(1);
    for (const at of [...found, fall, rise]) expect(at).toBeCloseTo(2, 6);
    expect(overtakes).toBeGreaterThan(1.5);
    const highest = Math.max(
      ...susceptibility(points, 4).map(({ value }: { value: number }) => value),
    );
    expect(highest).toBeCloseTo(1 / 32, 4);
  });

  it("are found between the points of a parabola", () => {
    const curve = grid(11, 0.1).map((at) => ({ at, value: 1 - (at - 0.43) ** 2 }));
    expect(maxima(curve)).toEqual([expect.closeTo(0.43, 10)]);
    expect(maxima(curve.slice(6))).toEqual([]);
  });
});

describe("what a score makes of a scan", () => {
  it("is its first alarm, by interpolation, at its first point, or none", () => {
    expect(crossing([0, 1, 2, 3], [0, 1, 3, 0], 2)).toBe(1.5);
    expect(crossing([0, 1], [5, 0], 2)).toBe(0);
    expect(crossing([0, 1], [0, 2], 2)).toBeNull();
    expect(quantile(grid(20, 1), 0.95)).toBe(18);
  });

  it("is how often unseen states score above known ones, ½ at random", () => {
    expect(separation([0, 1], [2, 3])).toBe(1);
    expect(separation([0, 1], [1, 3])).toBe(0.875);
    expect(rank([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(rank([1, 2, 3], [1, 1, 1])).toBeNull();
  });

  it("is the variance over networks, and a distance in the metric of the training features", () => {
    expect([...disagreement([Float64Array.of(0, 0.5), Float64Array.of(1, 0.5)])]).toEqual([0.5, 0]);
    // two classes around (0, 0) and (10, 0), variances 1 and 1/4: 2 off along y is 16
    const around = (x: number) => [
      [x + Math.SQRT2, 0],
      [x - Math.SQRT2, 0],
      [x, Math.SQRT1_2],
      [x, -Math.SQRT1_2],
    ];
    const known = core.tensor([8, 2], [...around(0), ...around(10)].flat());
    const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1);
    const found = distances(known, labels, core.tensor([3, 2], [0, 2, 10, 0, 3, 0]));
    [16, 0, 9].forEach((value, k) => expect(found[k]).toBeCloseTo(value, 3));
  });

  it("is the distance to the nearest training input, 0 for those themselves", () => {
    const training = core.tensor([2, 1, 2], [0, 0, 3, 4]);
    const found = nearestInput(training, core.tensor([3, 1, 2], [3, 4, 0, 1, 3, 3]));
    expect([...found]).toEqual([0, 1, 1]);
  });
});

describe("the chain of Su, Schrieffer and Heeger", () => {
  const uniform = (t: number) => new Float64Array(24).fill(t);

  it.each([
    [0.3, 1, 1],
    [1, 0.3, 0],
    [-0.4, 1, 1],
    [1, 0, 0],
    [0, 1, 1],
  ])("with t₁ = %d, t₂ = %d winds %i times, and has as many zero modes at each end", (a, b, w) => {
    const [first, second] = [uniform(a), uniform(b)];
    expect(winding(first, second)).toBe(w);
    expect(realSpaceWinding(correlations(first, second))).toBeCloseTo(w, 6);
    const { values } = levels(offDiagonal(first, second, false));
    expect(values.filter((e) => Math.abs(e) < 1e-6).length).toBe(2 * w);
  });

  it("has as q the orthogonal factor of h: q qᵀ = 1 and qᵀh is symmetric, disorder or not", () => {
    const N = 24;
    const rng = core.makeRng(3);
    const [first, second] = drawnChain({ cells: N, angle: 0.6, width: 1.5 }, rng);
    const shifted = correlations(first, second);
    const q = (x: number, y: number) => shifted.data[((x - y + N) % N) * N + x];
    const h = (x: number, y: number) => offDiagonal(first, second).data[x * N + y];
    const product = (a: typeof q, b: typeof q, x: number, y: number) =>
      grid(N, 1).reduce((sum, z) => sum + a(z, x) * b(z, y), 0);
    for (let x = 0; x < N; x++)
      for (let y = 0; y < N; y++) {
        expect(product(q, q, x, y)).toBeCloseTo(Number(x === y), 9);
        expect(product(q, h, x, y)).toBeCloseTo(product(q, h, y, x), 9);
      }
  });

  it("with disorder winds as its zero modes say, and in real space alike", () => {
    for (let k = 0; k < 20; k++) {
      const angle = k % 2 === 0 ? 0.35 : 1.2;
      const rng = core.makeRng(k, "disorder");
      const [first, second] = drawnChain({ cells: 40, angle, width: 0.6 }, rng);
      const { values } = levels(offDiagonal(first, second, false));
      const zero = values.filter((e) => Math.abs(e) < 1e-4).length;
      const w = winding(first, second);
      expect(zero).toBe(2 * w);
      expect(Math.abs(realSpaceWinding(correlations(first, second)) - w)).toBeLessThan(0.01);
    }
  });
});
