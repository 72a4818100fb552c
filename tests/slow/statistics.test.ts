import type { physics } from "phaselens";
import { jackknife, makeRng, mean } from "phaselens/core";
import {
  binderCumulant,
  magnetisation,
  measure,
  sampleEnsemble,
  squaredField,
  susceptibility,
} from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { coverage, coverages, type Attempt } from "../support/coverage.js";

// Measured, in per cent, ± .6 (τ_int = 1, 5) and ± .9 (20): n = 100 τ_int
//
//   τ_int                        1     5    20
//   mean                       68.4  67.8  69.2
//   mean of |x|                68.9  68.3  68.9
//   mean of x⁴                 67.7  67.7  67.4
//   ratio                      69.6  67.7  68.3
//   difference                 68.3  68.0  67.8
//   reweighted mean            68.3  67.5  68.6
//   variance                   69.3  68.4  69.2
//   variance of |x|            68.7  67.0  68.5
//   Binder cumulant            67.4  67.3  67.1
//   Binder cumulant of 1 + x/2 70.3  68.2  69.0
describe("an error bar covers the exact value of means, ratios and cumulants in 67 to 70 % of all chains", () => {
  it.each([
    [1, 100, 4_000],
    [5, 100, 4_000],
    [20, 100, 2_000],
    [1, 400, 2_000],
    [5, 400, 1_000],
  ])(
    "τ_int = %d, n = %d τ_int, %d chains",
    (tau, times, repeats) => {
      const found = coverages(makeRng(3, `slow ${tau} ${times}`), tau, times * tau, repeats);
      // four binomial standard deviations beyond the window: 3e-5 for each of the fifty
      const margin = 4 * Math.sqrt((0.685 * 0.315) / repeats);
      for (const [name, covered] of Object.entries(found)) {
        expect(covered, name).toBeGreaterThan(0.67 - margin);
        expect(covered, name).toBeLessThan(0.7 + margin);
      }
    },
    3_600_000,
  );
});

it("error bars of 300 short runs of the lattice cover what one long run finds", () => {
  const spec: physics.EnsembleSpec = {
    shape: [4, 4],
    fermions: "quenched",
    algorithm: "hmc",
    start: "ordered",
    seed: 1,
    set: "long",
    chains: 1,
    stride: 1,
    thermalisation: 100,
    parameters: { hoppingParameter: 0.25, quarticCoupling: 0.5, fermionMass: 1, yukawaCoupling: 0 },
    configurations: 200_000,
  };
  const orderOf = (
    changes: Partial<physics.EnsembleSpec>,
  ): { m: Float64Array; phi2: Float64Array } => {
    const { fields } = sampleEnsemble({ ...spec, ...changes });
    return { m: measure(fields, magnetisation), phi2: measure(fields, squaredField) };
  };
  const all = orderOf({});
  const [second, fourth] = [2, 4].map((power) => mean(all.m.map((m) => m ** power)));
  const runs = Array.from({ length: 300 }, (_, k) =>
    orderOf({ seed: k + 2, set: "short", configurations: 1_500 }),
  );
  const attempts: Record<string, (run: ReturnType<typeof orderOf>) => Attempt> = {
    "⟨|M|⟩": ({ m }) => ({
      estimate: jackknife(m.map(Math.abs)),
      exact: mean(all.m.map(Math.abs)),
    }),
    "⟨φ²⟩": ({ phi2 }) => ({ estimate: jackknife(phi2), exact: mean(all.phi2) }),
    χ: ({ m }) => ({
      estimate: susceptibility(m, 16),
      exact: 16 * (second - mean(all.m.map(Math.abs)) ** 2),
    }),
    "Binder cumulant": ({ m }) => ({
      estimate: binderCumulant(m),
      exact: 1 - fourth / (3 * second ** 2),
    }),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    const covered = coverage(runs.length, (k) => attempt(runs[k]));
    // binomial, four standard deviations of .027
    expect(Math.abs(covered - 0.685), name).toBeLessThan(0.11);
  }
}, 3_600_000);
