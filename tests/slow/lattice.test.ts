import { readFileSync } from "node:fs";
import type { physics } from "phaselens";
import { jackknife } from "phaselens/core";
import {
  actionDensity,
  lattice,
  magnetisation,
  measure,
  nearestNeighbourCorrelator,
  sampleEnsemble,
  staggeredMagnetisation,
} from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { pull } from "../support/chains.js";
import { describeWithReference, referencePath } from "../support/reference.js";

// The paper's lattice: N = 16, λ = 1.1, M_f = 20, g = .25.
const cube = lattice([16, 16, 16]);
const at = (hoppingParameter: number): physics.YukawaParameters => ({
  hoppingParameter,
  quarticCoupling: 1.1,
  fermionMass: 20,
  yukawaCoupling: 0.25,
});
const paper: physics.EnsembleSpec = {
  shape: [16, 16, 16],
  parameters: at(0),
  fermions: "hopping",
  algorithm: "hmc",
  start: "ordered",
  configurations: 1500,
  stride: 3,
  thermalisation: 300,
  seed: 11,
  set: "reference",
};

/** The observables of the reference file, from one configuration. */
const observables = {
  M: magnetisation,
  absM: (field: Float64Array) => Math.abs(magnetisation(field)),
  absMs: (field: Float64Array) => Math.abs(staggeredMagnetisation(field, cube)),
  nn: (field: Float64Array) => nearestNeighbourCorrelator(field, cube),
  phi2: (field: Float64Array) => field.reduce((sum, phi) => sum + phi * phi, 0) / field.length,
};
type Name = keyof typeof observables | "SperV";
interface Point {
  run: { kappa: number };
  obs: Record<Name, { mean: number; err: number; tauint: number }>;
}

describeWithReference("N = 16 against pseudofermion HMC of an independent program", () => {
  const { points } = JSON.parse(
    readFileSync(referencePath("bluecher2020/N16_reference.json"), "utf8"),
  ) as { points: Point[] };
  const pulls: number[] = [];

  /**
   * Standard deviations of every observable. Where few of its samples are independent, the
   * reference's own error is uncertain: half as much again.
   */
  function compare(kappa: number, changes: Partial<physics.EnsembleSpec>): Record<Name, number> {
    const { obs } = points.find(({ run }) => run.kappa === kappa)!;
    const spec = { ...paper, parameters: at(kappa), ...changes };
    const { fields, report } = sampleEnsemble(spec);
    expect(report.flags).toEqual([]);
    const series = {
      ...observables,
      SperV: (field: Float64Array) => actionDensity(field, cube, spec.parameters),
    };
    const result = Object.fromEntries(
      (Object.keys(series) as Name[]).map((name) => {
        const { mean, err, tauint } = obs[name];
        return [
          name,
          pull(jackknife(measure(fields, series[name])), mean, tauint > 10 ? 1.5 * err : err),
        ];
      }),
    ) as Record<Name, number>;
    pulls.push(...Object.values(result));
    return result;
  }

  // For correct programs a comparison leaves 4.5 standard deviations once in 150 000; there are 84.
  it.each([-0.34, -0.28, -0.21, -0.185, -0.15, 0, 0.14, 0.175, 0.19, 0.24, 0.34])(
    "hmc with the hopping expansion, κ = %d",
    (kappa) => {
      for (const [name, value] of Object.entries(compare(kappa, {})))
        expect(Math.abs(value), name).toBeLessThan(4.5);
    },
  );
  it.each([-0.19, 0.18])(
    "clusters with the hopping expansion next to the transitions, κ = %d",
    (kappa) => {
      for (const [name, value] of Object.entries(compare(kappa, { algorithm: "cluster" })))
        expect(Math.abs(value), name).toBeLessThan(4.5);
    },
  );
  it("hmc with pseudofermions, κ = .2", () => {
    for (const [name, value] of Object.entries(
      compare(0.2, { fermions: "pseudofermion", configurations: 500, thermalisation: 150 }),
    )) {
      expect(Math.abs(value), name).toBeLessThan(4.5);
    }
  });
  it("all comparisons together have a root mean square near 1: neither biased nor with error bars too large", () => {
    const rms = Math.sqrt(pulls.reduce((sum, value) => sum + value * value, 0) / pulls.length);
    console.log(`rms pull of ${pulls.length} comparisons with the reference: ${rms.toFixed(2)}`);
    expect(rms).toBeGreaterThan(0.5);
    expect(rms).toBeLessThan(1.4);
  });
});

describe("the detection of bad ensembles at N = 16", () => {
  const quick: physics.EnsembleSpec = {
    ...paper,
    configurations: 20,
    stride: 3,
    thermalisation: 150,
    set: "quick",
  };

  it("finds most random starts below −.24 and above .24 that differ from an ordered one, and nothing wrong with ordered ones", () => {
    let [frozen, found, falseAlarms] = [0, 0, 0];
    for (const kappa of [-0.32, -0.28, 0.26, 0.32]) {
      const spec = { ...quick, parameters: at(kappa), chains: 1 };
      const order = (fields: physics.Ensemble["fields"]): number =>
        jackknife(measure(fields, kappa > 0 ? magnetisation : observables.absMs)).mean;
      const healthy = sampleEnsemble(spec);
      if (healthy.report.flags.length > 0) falseAlarms++;
      for (let seed = 1; seed <= 8; seed++) {
        const random = sampleEnsemble({ ...spec, start: "random", seed });
        if (Math.abs(order(random.fields) / order(healthy.fields) - 1) < 0.02) {
          if (random.report.flags.some((flag) => flag.startsWith("domain"))) falseAlarms++;
          continue;
        }
        frozen++;
        if (
          random.report.flags.some((flag) => /^(domain walls|metastable|unthermalised)/.test(flag))
        )
          found++;
      }
    }
    console.log(
      `random starts at N = 16: ${frozen} of 32 did not reach the ordered state, ${found} of these were flagged`,
    );
    expect(frozen).toBeGreaterThan(4);
    expect(found).toBeGreaterThanOrEqual(0.9 * frozen);
    expect(falseAlarms).toBeLessThanOrEqual(1);
  });
});
