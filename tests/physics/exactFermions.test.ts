import { readFileSync } from "node:fs";
import type { physics } from "phaselens";
import { ConfigError, jackknife, makeRng } from "phaselens/core";
import {
  cluster,
  lattice,
  magnetisation,
  measure,
  nearestNeighbourCorrelator,
  sampleEnsemble,
  squaredField,
  staggeredMagnetisation,
} from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { expectMeans, expectSameMeans, observe, pull } from "../support/chains.js";
import { denseDeterminant, denseMetropolis } from "../support/fermions.js";
import { describeWithReference, referencePath } from "../support/reference.js";
import { startField } from "phaselens/internal/physics/sampling/starts";

// False-alarm rates: comparisons of means ask for 4.5 standard deviations, blocked jackknife; 7 in
// a million seeds would fail one.
const observablesOn = (l: physics.Lattice) => ({
  M: magnetisation,
  absM: (field: Float64Array) => Math.abs(magnetisation(field)),
  absMs: (field: Float64Array) => Math.abs(staggeredMagnetisation(field, l)),
  phi2: squaredField,
  nn: (field: Float64Array) => nearestNeighbourCorrelator(field, l),
});

describe("cluster with exact fermions", () => {
  it.each([
    [-0.15, 0.3, 0.6],
    [0.05, 0, -0.8],
  ])(
    "flips signs with the exact probabilities of all 65 536 on 4 × 4, κ = %d, M_f = %d, g = %d",
    (hoppingParameter, fermionMass, yukawaCoupling) => {
      const l = lattice([4, 4]);
      const parameters = { hoppingParameter, quarticCoupling: 1.1, fermionMass, yukawaCoupling };
      const rng = makeRng(3, "signs");
      const start = Float64Array.from({ length: 16 }, () => 0.5 + rng.uniform());
      const mean = { M: 0, M2: 0, nn: 0, negative: 0 };
      const determinant = denseDeterminant(l, parameters);
      const negative = (f: Float64Array): number => (determinant(f).sign < 0 ? 1 : 0);
      let norm = 0;
      const field = new Float64Array(16);
      for (let signs = 0; signs < 65536; signs++) {
        for (let n = 0; n < 16; n++) field[n] = (signs >> n) & 1 ? -start[n] : start[n];
        const { logarithm, sign } = determinant(field);
        const nn = nearestNeighbourCorrelator(field, l);
        const weight = Math.exp(2 * logarithm + 2 * hoppingParameter * 2 * 16 * nn);
        norm += weight;
        mean.M += weight * magnetisation(field);
        mean.M2 += weight * magnetisation(field) ** 2;
        mean.nn += weight * nn;
        mean.negative += sign < 0 ? weight : 0;
      }
      const chain = cluster(l, parameters, {
        rng: rng.fork("chain"),
        start,
        fermions: "exact",
        width: 1e-12,
        clusters: 4,
      });
      const series = observe(
        chain,
        { skip: 50, count: 5000 },
        {
          M: magnetisation,
          M2: (f) => magnetisation(f) ** 2,
          nn: (f) => nearestNeighbourCorrelator(f, l),
          negative,
        },
      );
      expect(mean.negative / norm).toBeGreaterThan(0.01); // det D has both signs
      expectMeans(series, {
        M: mean.M / norm,
        M2: mean.M2 / norm,
        nn: mean.nn / norm,
        negative: mean.negative / norm,
      });
    },
  );

  it.each([
    [0.1, 0.2, 0.8, "random"],
    [-0.2, 0.5, -0.9, "ordered"],
  ] as const)(
    "samples what Metropolis with dense determinants does on 4 × 4, κ = %d, M_f = %d, g = %d",
    (hoppingParameter, fermionMass, yukawaCoupling, start) => {
      const l = lattice([4, 4]);
      const parameters = { hoppingParameter, quarticCoupling: 0.6, fermionMass, yukawaCoupling };
      const rng = makeRng(1, `exact ${hoppingParameter}`);
      const chain = cluster(l, parameters, {
        rng,
        start: startField(start, l, parameters, rng.fork("start")),
        fermions: "exact",
        thermalisation: 100,
      });
      const series = observe(chain, { skip: 100, count: 3000 }, observablesOn(l));
      const dense: { field: Float64Array }[] = [];
      for (const field of denseMetropolis(l, parameters, makeRng(2, "dense")))
        if (dense.push({ field }) === 3000) break;
      expectSameMeans(series, observe(dense as never, { skip: 0, count: 3000 }, observablesOn(l)));
    },
  );

  it("leaves a metastable sign of M, which neither single sites nor small clusters do", () => {
    // M_f = .1: a start against the sign of g M_f kept it for all of 4000 sweeps without
    // reflections
    const l = lattice([4, 4, 4]);
    const parameters = {
      hoppingParameter: 0.2,
      quarticCoupling: 0.6,
      fermionMass: 0.1,
      yukawaCoupling: 0.8,
    };
    const chain = cluster(l, parameters, {
      rng: makeRng(1, "metastable"),
      start: new Float64Array(64).fill(-1),
      fermions: "exact",
      clusters: 0,
    });
    const { M } = observe(chain, { skip: 50, count: 50 }, { M: magnetisation });
    expect(jackknife(M).mean).toBeGreaterThan(0.9);
  });

  it("leaves D = K with its zero modes: a start at φ = 0 without mass", () => {
    const l = lattice([4, 4]);
    const parameters = {
      hoppingParameter: 0,
      quarticCoupling: 0.1,
      fermionMass: 0,
      yukawaCoupling: 0.8,
    };
    const options = { start: new Float64Array(16), fermions: "exact", thermalisation: 50 } as const;
    const { phi2 } = observe(
      cluster(l, parameters, { rng: makeRng(1), ...options }),
      { skip: 50, count: 50 },
      { phi2: squaredField },
    );
    expect(jackknife(phi2).mean).toBeGreaterThan(0.3);
  });
});

// [mean, error] of an independent program: 4 chains of 200 000 Metropolis sweeps for each mass,
// started at random and in either order, D⁻¹ followed by rank-one updates and made anew each sweep.
// It agrees with chains of its own that eliminate D for every proposal, as
// tests/slow/lightFermions.test.ts does.
const dense = {
  0.5: { absM: [0.2274, 0.00012], absMs: [0.06787, 0.00008], phi2: [0.47935, 0.00012] },
  0.8: { absM: [0.21985, 0.00013], absMs: [0.08109, 0.00012], phi2: [0.48254, 0.00013] },
} as const;

describe("sampleEnsemble with exact fermions", () => {
  const cube = lattice([4, 4, 4]);
  const spec: physics.EnsembleSpec = {
    shape: [4, 4, 4],
    parameters: {
      hoppingParameter: -0.12,
      quarticCoupling: 0.6,
      fermionMass: 0.5,
      yukawaCoupling: 0.8,
    },
    fermions: "exact",
    algorithm: "cluster",
    start: "ordered",
    configurations: 300,
    stride: 2,
    thermalisation: 100,
    seed: 3,
    set: "t",
  };

  it.each([0.5, 0.8] as const)(
    "has the means of dense determinants where hmc is trapped, 4³, M_f = %d",
    (fermionMass) => {
      const { fields, report } = sampleEnsemble({
        ...spec,
        parameters: { ...spec.parameters, fermionMass },
      });
      expect(report.flags).toEqual([]);
      expect(report.starts).toEqual(["ordered", "random"]);
      const { absM, absMs, phi2 } = observablesOn(cube);
      for (const [name, observable] of Object.entries({ absM, absMs, phi2 })) {
        const [mean, error] = dense[fermionMass][name as "absM"];
        expect(
          Math.abs(pull(jackknife(measure(fields, observable)), mean, error)),
          name,
        ).toBeLessThan(4);
      }
    },
  );

  it("refuses what it cannot run, naming value and cure", () => {
    const cases: [Partial<physics.EnsembleSpec>, RegExp][] = [
      [
        { algorithm: "hmc" },
        /"hmc" cannot cross the zeros of the exact determinant\. Use algorithm "cluster"/,
      ],
      [{ order: 2 }, /order 2 belongs to fermions "hopping"/],
      [{ correction: "exact" }, /no step for correction/],
      [{ shape: [12, 12, 12] }, /\[12,12,12\] has 1728 sites and D⁻¹ is dense; at most 1024/],
      [{ shape: [4, 5, 4] }, /the extent 5 of \[4,5,4\] is odd/],
      [
        { solver: { maxIterations: 10 } },
        /solver belongs to fermions "pseudofermion", not to "exact"/,
      ],
    ];
    for (const [changes, message] of cases) {
      expect(() => sampleEnsemble({ ...spec, ...changes })).toThrow(ConfigError);
      expect(() => sampleEnsemble({ ...spec, ...changes })).toThrow(message);
    }
  });
});

describeWithReference("exact fermions against pseudofermions of an independent program", () => {
  type Row = Record<"kappa" | "lam" | "Mf" | "g", number> & {
    mode1: Record<"M" | "absMs" | "phi2", [number, number]>;
  };
  const file = readFileSync(referencePath("bluecher2020/exact_det_4cube.json"), "utf8");
  const rows = (JSON.parse(file) as Row[]).slice(1); // M_f = 2, 1.5 and 1
  const cube = lattice([4, 4, 4]);

  it.each(rows.map((row) => [row.kappa, row.Mf, row.g, row] as const))(
    "have their means where M_f + gφ keeps its sign, κ = %d, M_f = %d, g = %d",
    (hoppingParameter, fermionMass, yukawaCoupling, { lam, mode1 }) => {
      const parameters = { hoppingParameter, quarticCoupling: lam, fermionMass, yukawaCoupling };
      const rng = makeRng(2, `reference ${hoppingParameter}`);
      const start = startField("ordered", cube, parameters, rng.fork("start"));
      const options = { rng, start, fermions: "exact", thermalisation: 100 } as const;
      const { M, absMs, phi2 } = observablesOn(cube);
      const chain = cluster(cube, parameters, options);
      const series = observe(chain, { skip: 100, count: 1500 }, { M, absMs, phi2 });
      expectMeans(series, { M: mode1.M, absMs: mode1.absMs, phi2: mode1.phi2 });
    },
  );
});
