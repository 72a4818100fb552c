import { readFileSync } from "node:fs";
import type { physics } from "phaselens";
import { ConfigError, jackknife, makeRng, mean, NumericalError, ShapeError } from "phaselens/core";
import {
  hmc,
  kleinGordonAction,
  lattice,
  magnetisation,
  nearestNeighbourCorrelator,
  staggeredMagnetisation,
  yukawaAction,
} from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { expectMeans, expectSameMeans, observe, pull } from "../support/chains.js";
import { describeWithReference, referencePath } from "../support/reference.js";
import { startField } from "phaselens/internal/physics/sampling/starts";

// False-alarm rates: comparisons of means ask for 4.5 standard deviations, blocked jackknife; 7 in
// a million seeds would fail one.
const read = (name: string): Record<string, never>[] =>
  JSON.parse(readFileSync(referencePath(`bluecher2020/${name}`), "utf8")) as never[];
const cube = lattice([4, 4, 4]);
const zero = (l: physics.Lattice): Float64Array => new Float64Array(l.sites);
const squared = (field: Float64Array): number =>
  field.reduce((sum, phi) => sum + phi * phi, 0) / field.length;
const light = { hoppingParameter: 0.1, quarticCoupling: 1.1, fermionMass: 2, yukawaCoupling: 0.5 };

const observables = {
  M: magnetisation,
  phi2: squared,
  nn: (field: Float64Array) => nearestNeighbourCorrelator(field, cube),
  absMs: (field: Float64Array) => Math.abs(staggeredMagnetisation(field, cube)),
  expDeltaH: (_: Float64Array, sample: physics.HmcSample) => Math.exp(-sample.deltaH),
};

describe("hmc of the free field", () => {
  /** Sums over momenta: ⟨|φ_k|²⟩ = 1/(2 − 4κ Σ cos k_μ). */
  const exact = (
    extent: number,
    kappa: number,
  ): { phi2: number; nn: number; M2: number; Ms2: number } => {
    const cosines = Array.from({ length: extent }, (_, m) => Math.cos((2 * Math.PI * m) / extent));
    let [phi2, nn] = [0, 0];
    for (const a of cosines)
      for (const b of cosines)
        for (const c of cosines) {
          const propagator = 1 / (2 - 4 * kappa * (a + b + c)) / extent ** 3;
          phi2 += propagator;
          nn += a * propagator;
        }
    return {
      phi2,
      nn,
      M2: 1 / (2 - 12 * kappa) / extent ** 3,
      Ms2: 1 / (2 + 12 * kappa) / extent ** 3,
    };
  };

  it.each([
    ["omelyan", [4, 4, 4], 0.1],
    ["leapfrog", [4, 4, 4], -0.12],
    ["omelyan", [8, 8, 8], 0.12],
  ] as const)(
    "%s on %j at κ = %d has ⟨φ²⟩, ⟨φφ′⟩, ⟨M²⟩, ⟨M_s²⟩ and ⟨S⟩ of the sums over momenta, and ⟨e^{−ΔH}⟩ = 1",
    (integrator, shape, kappa) => {
      const l = lattice(shape);
      const action = kleinGordonAction(l, { hoppingParameter: kappa, quarticCoupling: 0 });
      const series = observe(
        hmc(action, {
          rng: makeRng(1, `free ${kappa}`),
          start: zero(l),
          integrator,
          steps: 6,
          length: 1,
        }),
        { skip: 100, count: l.sites > 100 ? 2500 : 8000 },
        {
          phi2: squared,
          nn: (field) => nearestNeighbourCorrelator(field, l),
          M2: (field) => magnetisation(field) ** 2,
          Ms2: (field) => staggeredMagnetisation(field, l) ** 2,
          S: (field) => action.value(field) / l.sites,
          expDeltaH: (_, sample) => Math.exp(-sample.deltaH),
        },
      );
      expectMeans(series, { ...exact(shape[0], kappa), S: 0.5, expDeltaH: 1 });
    },
  );

  describeWithReference("(the reference's sums)", () => {
    it("are the sums over momenta of this test", () => {
      for (const row of read("free_field.json") as never as {
        N: number;
        kappa: number;
        phi2: number;
        nn: number;
        M2: number;
        Ms2: number;
      }[]) {
        const own = exact(row.N, row.kappa);
        for (const name of ["phi2", "nn", "M2", "Ms2"] as const)
          expect(row[name]).toBeCloseTo(own[name], 12);
      }
    });
  });
});

describe("hmc at κ = 0", () => {
  it.each([1.1, 0.5, 0.1, 2])(
    "has ⟨φ²⟩, ⟨φ⁴⟩ and ⟨|φ|⟩ of one-dimensional integrals, λ = %d",
    (lambda) => {
      // the trapezoidal rule on a line converges beyond all powers; the integrand is below 1e-40 at
      // ±6
      let [norm, phi2, phi4, abs] = [0, 0, 0, 0];
      const h = 1e-3;
      for (let k = -6000; k <= 6000; k++) {
        const phi = k * h;
        const weight = Math.exp(-(1 - 2 * lambda) * phi ** 2 - lambda * phi ** 4);
        norm += weight;
        phi2 += weight * phi ** 2;
        phi4 += weight * phi ** 4;
        abs += weight * Math.abs(phi);
      }
      const action = kleinGordonAction(cube, { hoppingParameter: 0, quarticCoupling: lambda });
      const rng = makeRng(2, `site ${lambda}`);
      const parameters = { ...light, hoppingParameter: 0, quarticCoupling: lambda };
      const start = startField("random", cube, parameters, rng.fork("start"));
      const series = observe(
        hmc(action, { rng, start, steps: 4 }),
        { skip: 100, count: 3000 },
        {
          phi2: squared,
          phi4: (field) => field.reduce((sum, phi) => sum + phi ** 4, 0) / field.length,
          abs: (field) => field.reduce((sum, phi) => sum + Math.abs(phi), 0) / field.length,
          expDeltaH: (_, sample) => Math.exp(-sample.deltaH),
        },
      );
      expectMeans(series, { phi2: phi2 / norm, phi4: phi4 / norm, abs: abs / norm, expDeltaH: 1 });
    },
  );
});

describe("hmc with fermions on 4³", () => {
  const run = (
    label: string,
    parameters: physics.YukawaParameters,
    options: physics.YukawaOptions,
    count: number,
    steps = 4,
  ) =>
    observe(
      hmc(yukawaAction(cube, parameters, options), {
        rng: makeRng(3, label),
        start: startField("ordered", cube, parameters, makeRng(3, label)),
        steps,
        thermalisation: 100,
      }),
      { skip: 100, count },
      observables,
    );

  describeWithReference("(exact determinants, by reweighting)", () => {
    type Means = Record<"M" | "absMs" | "phi2", number[]>;
    type Row = Means &
      Record<"kappa" | "lam" | "Mf" | "g", number> & {
        mode1: Means;
        npf1_M: number[];
        M_1flavour: number[];
      };
    const rows = read("exact_det_4cube.json") as never as Row[];
    const parametersOf = (row: Row): physics.YukawaParameters => ({
      hoppingParameter: row.kappa,
      quarticCoupling: row.lam,
      fermionMass: row.Mf,
      yukawaCoupling: row.g,
    });

    it("pseudofermions at the paper's couplings have the reweighted means of M, φ² and |M_s|", () => {
      const [row] = rows;
      const series = run("heavy", parametersOf(row), { fermions: "pseudofermion" }, 4000);
      expectMeans(series, { M: row.M, phi2: row.phi2, absMs: row.absMs, expDeltaH: 1 });
    });

    it("two pseudofermions, not one: at M_f = 2, g = .5 M is that of det(DᵀD), 15 standard deviations from that of |det D|", () => {
      const row = rows[1];
      const series = run("light", parametersOf(row), { fermions: "pseudofermion" }, 4000);
      expectMeans(series, { M: row.mode1.M, phi2: row.mode1.phi2, expDeltaH: 1 });
      const measured = jackknife(series.M);
      expect(pull(measured, row.npf1_M[0], row.npf1_M[1])).toBeGreaterThan(15);
      expect(pull(measured, row.M_1flavour[0], row.M_1flavour[1])).toBeGreaterThan(15);
    });
  });

  it("the second-order expansion with the exact accept step is the theory of the pseudofermions, without that step it is not, at M_f = 2", () => {
    const corrected = run("corrected", light, { fermions: "hopping", correction: "exact" }, 4000);
    const pseudofermions = run("pseudofermions", light, { fermions: "pseudofermion" }, 4000);
    const truncated = run("truncated", light, { fermions: "hopping" }, 4000);
    expectSameMeans(corrected, pseudofermions);
    const other = jackknife(truncated.M);
    expect(Math.abs(pull(jackknife(pseudofermions.M), other.mean, other.error))).toBeGreaterThan(6);
  });
});

describe("hmc quenched", () => {
  it("has the symmetry κ → −κ, φ → (−1)ⁿ φ: ⟨M²⟩ at κ is ⟨M_s²⟩ at −κ, the nearest-neighbour correlator changes sign", () => {
    const [plus, minus] = [0.16, -0.16].map((hoppingParameter) => {
      const parameters = { ...light, hoppingParameter };
      const sign = Math.sign(hoppingParameter);
      return observe(
        hmc(yukawaAction(cube, parameters, { fermions: "quenched" }), {
          rng: makeRng(4, `symmetry ${hoppingParameter}`),
          start: startField("ordered", cube, parameters, makeRng(4)),
          steps: 4,
        }),
        { skip: 200, count: 10000 },
        {
          order: (field) =>
            (sign > 0 ? magnetisation(field) : staggeredMagnetisation(field, cube)) ** 2,
          other: (field) =>
            (sign < 0 ? magnetisation(field) : staggeredMagnetisation(field, cube)) ** 2,
          nn: (field) => sign * nearestNeighbourCorrelator(field, cube),
          phi2: squared,
        },
      );
    });
    expect(mean(plus.order)).toBeGreaterThan(5 * mean(plus.other));
    expectSameMeans(plus, minus);
  });
});

describe("tuning", () => {
  const parameters = { ...light, fermionMass: 20, yukawaCoupling: 0.25, hoppingParameter: 0.2 };
  const shape = lattice([8, 8, 8]);
  const chain = (steps: number, seed: number) =>
    hmc(yukawaAction(shape, parameters, { fermions: "hopping" }), {
      rng: makeRng(seed, "tuning"),
      start: startField("ordered", shape, parameters, makeRng(seed)),
      thermalisation: 100,
      steps,
    });

  it.each([1, 2, 40])(
    "reaches an acceptance of .8 to .97 from %i steps, is over before thermalisation is, and never happens again",
    (steps) => {
      // 400 decisions at acceptance .9 have a standard deviation of .015
      const settings = new Set<number>();
      const series = observe(
        chain(steps, 5),
        { skip: 80, count: 420 },
        {
          accepted: (_, sample) => {
            settings.add(sample.tuning.setting);
            return sample.accepted ? 1 : 0;
          },
        },
      );
      expect(settings.size).toBe(1);
      expect(mean(series.accepted)).toBeGreaterThan(0.8);
      expect(mean(series.accepted)).toBeLessThan(0.97);
    },
  );

  it("aims at the acceptance it is told, on average over seeds: .9 gives .87 to .96, .6 fewer steps and .5 to .8", () => {
    const [usual, low] = [0.9, 0.6].map((targetAcceptance) => {
      let [acceptance, steps] = [0, 0];
      for (let seed = 1; seed <= 8; seed++) {
        const action = yukawaAction(shape, parameters, { fermions: "hopping" });
        const start = startField("ordered", shape, parameters, makeRng(seed));
        const chain = hmc(action, {
          rng: makeRng(seed, "target"),
          start,
          thermalisation: 100,
          targetAcceptance,
        });
        const series = observe(
          chain,
          { skip: 100, count: 100 },
          { a: (_, s) => s.acceptance, steps: (_, s) => s.tuning.setting },
        );
        acceptance += mean(series.a) / 8;
        steps += mean(series.steps) / 8;
      }
      return { acceptance, steps };
    });
    expect(usual.acceptance).toBeGreaterThan(0.87);
    expect(usual.acceptance).toBeLessThan(0.96);
    expect(low.acceptance).toBeGreaterThan(0.5);
    expect(low.acceptance).toBeLessThan(0.8);
    expect(low.steps).toBeLessThan(usual.steps - 0.5);
  });

  it("is deterministic", () => {
    const steps = { steps: (_: Float64Array, sample: physics.HmcSample) => sample.tuning.setting };
    const settings = [0, 1].map(() =>
      Array.from(observe(chain(10, 6), { skip: 0, count: 100 }, steps).steps),
    );
    expect(settings[0]).toEqual(settings[1]);
    expect(new Set(settings[0]).size).toBeGreaterThan(1);
  });

  it("does nothing without thermalisation", () => {
    const action = yukawaAction(shape, parameters, { fermions: "quenched" });
    const chain = hmc(action, { rng: makeRng(8), start: zero(shape), steps: 3 });
    const series = observe(
      chain,
      { skip: 0, count: 50 },
      { steps: (_, sample) => sample.tuning.setting },
    );
    expect(new Set(series.steps)).toEqual(new Set([3]));
  });
});

describe("hmc refuses", () => {
  const action = kleinGordonAction(cube, light);
  const first = (options: Partial<physics.HmcOptions>): unknown =>
    hmc(action, { rng: makeRng(1), start: zero(cube), ...options }).next();
  it("settings out of range, naming value and cure", () => {
    expect(() => first({ steps: 0 })).toThrow(/number of steps is 0; it must be/);
    expect(() => first({ steps: 2.5 })).toThrow(ConfigError);
    expect(() => first({ length: -1 })).toThrow(/length is -1/);
    expect(() => first({ integrator: "euler" as never })).toThrow(
      /integrator is "euler"; it must be "leapfrog" or "omelyan"/,
    );
    expect(() => first({ targetAcceptance: 1 })).toThrow(/target acceptance is 1/);
    expect(() => first({ start: undefined })).toThrow(/neither start nor resume/);
  });
  it("a start of another lattice or with NaN", () => {
    expect(() => first({ start: new Float64Array(63) })).toThrow(ShapeError);
    expect(() => first({ start: zero(cube).fill(NaN) })).toThrow(NumericalError);
  });
});

it("a trajectory that leaves the range of numbers is rejected and leaves the field as it was", () => {
  const action = kleinGordonAction(cube, { hoppingParameter: 0, quarticCoupling: 2 });
  const start = zero(cube).fill(3);
  const { value: sample } = hmc(action, { rng: makeRng(1), start, steps: 2, length: 40 }).next();
  expect(sample).toMatchObject({ accepted: false, deltaH: Infinity, acceptance: 0 });
  expect(Array.from((sample as physics.HmcSample).field)).toEqual(Array.from(start));
});
