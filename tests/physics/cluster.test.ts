import type { physics } from "phaselens";
import { ConfigError, makeRng, mean } from "phaselens/core";
import {
  cluster,
  hmc,
  lattice,
  magnetisation,
  nearestNeighbourCorrelator,
  staggeredMagnetisation,
  yukawaAction,
} from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { expectMeans, expectSameMeans, observe } from "../support/chains.js";
import { describeWithReference, referencePath } from "../support/reference.js";
import { readFileSync } from "node:fs";
import { startField } from "phaselens/internal/physics/sampling/starts";

// False-alarm rates: comparisons of means ask for 4.5 standard deviations, blocked jackknife; 7 in
// a million seeds would fail one.
const cube = lattice([4, 4, 4]);
const observablesOn = (l: physics.Lattice) => ({
  M: magnetisation,
  absM: (field: Float64Array) => Math.abs(magnetisation(field)),
  absMs: (field: Float64Array) => Math.abs(staggeredMagnetisation(field, l)),
  phi2: (field: Float64Array) => field.reduce((sum, phi) => sum + phi * phi, 0) / field.length,
  nn: (field: Float64Array) => nearestNeighbourCorrelator(field, l),
});
function clusterChain(
  l: physics.Lattice,
  parameters: physics.YukawaParameters,
  fermions: physics.LocalFermions,
  label: string,
  clusters = 4,
): Generator<physics.HmcSample> {
  const rng = makeRng(1, label);
  return cluster(l, parameters, {
    rng,
    start: startField("ordered", l, parameters, rng),
    fermions,
    clusters,
    thermalisation: 100,
  });
}

describe("cluster", () => {
  // light fermions, so that the determinant weighs: M differs from the quenched one by many
  // standard deviations
  it.each([
    [0.15, 3, 0.5],
    [-0.17, 3, 0.5],
    [0.2, 4, -0.6],
  ])(
    "samples the weight that hmc samples, hopping to second order, κ = %d, M_f = %d, g = %d",
    (hoppingParameter, fermionMass, yukawaCoupling) => {
      const parameters = { hoppingParameter, quarticCoupling: 1.1, fermionMass, yukawaCoupling };
      const span = { skip: 200, count: 8000 };
      const clusters = observe(
        clusterChain(cube, parameters, "hopping", `clusters ${hoppingParameter}`),
        span,
        observablesOn(cube),
      );
      const trajectories = observe(
        hmc(yukawaAction(cube, parameters, { fermions: "hopping" }), {
          rng: makeRng(1, `hmc ${hoppingParameter}`),
          start: startField("ordered", cube, parameters, makeRng(1)),
          thermalisation: 100,
          steps: 5,
        }),
        span,
        observablesOn(cube),
      );
      expectSameMeans(clusters, trajectories);
      expect(Math.sign(mean(clusters.M))).toBe(Math.sign(yukawaCoupling));
      // and the decision about whole clusters is right beyond what single sites repair
      expectSameMeans(
        clusters,
        observe(
          clusterChain(cube, parameters, "hopping", `sites ${hoppingParameter}`, 0),
          span,
          observablesOn(cube),
        ),
      );
    },
  );

  it("samples the quenched weight that hmc samples, on a lattice with an odd extent and in two dimensions too", () => {
    for (const shape of [
      [4, 4, 4],
      [3, 4, 5],
      [6, 6],
    ]) {
      const l = lattice(shape);
      const parameters = {
        hoppingParameter: 0.14,
        quarticCoupling: 0.6,
        fermionMass: 20,
        yukawaCoupling: 0.25,
      };
      const span = { skip: 200, count: 6000 };
      const start = startField("random", l, parameters, makeRng(2));
      const { absM, absMs, phi2, nn } = observablesOn(l);
      // not M: 0 by symmetry, and its sign flips too rarely in hmc
      const observables = { absM, absMs, phi2, nn };
      const a = observe(clusterChain(l, parameters, "quenched", `${shape}`), span, observables);
      const action = yukawaAction(l, parameters, { fermions: "quenched" });
      const b = observe(
        hmc(action, { rng: makeRng(2, `${shape}`), start, thermalisation: 100 }),
        span,
        observables,
      );
      expectSameMeans(a, b);
    }
  });

  it.each([
    [0.12, 1.2, 0.5],
    [-0.15, 1.2, 0.5],
    [0.05, 1.5, -0.6],
  ])(
    "with single sites held fast, flips signs with the exact probabilities of all 65 536 of them on 4 × 4, κ = %d, M_f = %d, g = %d",
    (hoppingParameter, fermionMass, yukawaCoupling) => {
      const l = lattice([4, 4]);
      const parameters = { hoppingParameter, quarticCoupling: 1.1, fermionMass, yukawaCoupling };
      const action = yukawaAction(l, parameters, { fermions: "hopping" });
      const rng = makeRng(3, "signs");
      const start = Float64Array.from({ length: 16 }, () => 0.5 + rng.uniform());
      const mean = { M: 0, M2: 0, nn: 0 };
      let norm = 0;
      const field = new Float64Array(16);
      for (let signs = 0; signs < 65536; signs++) {
        for (let n = 0; n < 16; n++) field[n] = (signs >> n) & 1 ? -start[n] : start[n];
        const weight = Math.exp(-action.value(field));
        norm += weight;
        mean.M += weight * magnetisation(field);
        mean.M2 += weight * magnetisation(field) ** 2;
        mean.nn += weight * nearestNeighbourCorrelator(field, l);
      }
      const chain = cluster(l, parameters, {
        rng: rng.fork("chain"),
        start,
        fermions: "hopping",
        width: 1e-12,
        clusters: 8,
      });
      const series = observe(
        chain,
        { skip: 50, count: 20000 },
        {
          M: magnetisation,
          M2: (f) => magnetisation(f) ** 2,
          nn: (f) => nearestNeighbourCorrelator(f, l),
        },
      );
      expectMeans(series, { M: mean.M / norm, M2: mean.M2 / norm, nn: mean.nn / norm });
    },
  );

  it("tunes the width during thermalisation and never after", () => {
    const parameters = {
      hoppingParameter: 0.1,
      quarticCoupling: 1.1,
      fermionMass: 20,
      yukawaCoupling: 0.25,
    };
    const { width } = observe(
      clusterChain(cube, parameters, "hopping", "width"),
      { skip: 0, count: 200 },
      { width: (_, s) => s.tuning.setting },
    );
    expect(new Set(width.subarray(0, 80)).size).toBeGreaterThan(5);
    expect(new Set(width.subarray(80)).size).toBe(1);
  });

  it("changes the sign of M in the ordered quenched phase, which hmc cannot, and reaches half of the proposals", () => {
    const l = lattice([6, 6, 6]);
    const parameters = {
      hoppingParameter: 0.3,
      quarticCoupling: 1.1,
      fermionMass: 20,
      yukawaCoupling: 0,
    };
    let tuned = NaN;
    const series = observe(
      clusterChain(l, parameters, "quenched", "signs"),
      { skip: 100, count: 400 },
      {
        sign: (field) => Math.sign(magnetisation(field)),
        acceptance: (_, sample) => {
          tuned = sample.acceptance;
          return sample.acceptance;
        },
      },
    );
    // at random: 400 signs, τ_int near ½, .3 is 6 standard deviations
    expect(Math.abs(mean(series.sign))).toBeLessThan(0.3);
    expect(mean(series.acceptance)).toBeGreaterThan(0.4);
    expect(mean(series.acceptance)).toBeLessThan(0.6);
    expect(tuned).toBeGreaterThan(0.2);
  });

  it("refuses fermions without local weight, starts where the expansion ends, and settings out of range", () => {
    const parameters = {
      hoppingParameter: 0.1,
      quarticCoupling: 1.1,
      fermionMass: 2,
      yukawaCoupling: 0.5,
    };
    const options = { rng: makeRng(1), start: new Float64Array(64), fermions: "hopping" } as const;
    const first = (changes: Partial<physics.ClusterOptions>): unknown =>
      cluster(cube, parameters, { ...options, ...changes }).next();
    expect(() => first({ fermions: "pseudofermion" as never })).toThrow(
      /"pseudofermion" fermions have no local weight/,
    );
    expect(() => first({ start: new Float64Array(64).fill(-4) })).toThrow(
      /has not the sign of M_f/,
    );
    expect(() => first({ clusters: -1 })).toThrow(ConfigError);
    expect(() => first({ width: 0 })).toThrow(/width of the proposals is 0/);
    expect(() => cluster(cube, { ...parameters, quarticCoupling: -1 }, options).next()).toThrow(
      ConfigError,
    );
  });
});

describeWithReference("cluster against an independent program, quenched, 8³", () => {
  type Row = {
    run: { kappa: number };
    obs: Record<"absM" | "absMs" | "phi2" | "nn", { mean: number; err: number }>;
  };
  const rows = JSON.parse(
    readFileSync(referencePath("bluecher2020/quenched_wolff_N8.json"), "utf8"),
  ) as Row[];
  it.each(rows.map((row) => [row.run.kappa, row] as const))(
    "has its |M|, |M_s|, φ² and nearest-neighbour correlator, κ = %d",
    (kappa, { obs }) => {
      const l = lattice([8, 8, 8]);
      const parameters = {
        hoppingParameter: kappa,
        quarticCoupling: 1.1,
        fermionMass: 20,
        yukawaCoupling: 0,
      };
      const { absM, absMs, phi2, nn } = observablesOn(l);
      const chain = clusterChain(l, parameters, "quenched", `wolff ${kappa}`);
      const series = observe(chain, { skip: 200, count: 2500 }, { absM, absMs, phi2, nn });
      const names = ["absM", "absMs", "phi2", "nn"] as const;
      const expected = Object.fromEntries(
        names.map((name) => [name, [obs[name].mean, obs[name].err]]),
      );
      expectMeans(series, expected);
    },
  );
});
