import { jackknife, makeRng, mean } from "phaselens/core";
import { binderCumulant, susceptibility } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { coverage, coverages, type Attempt } from "../support/coverage.js";
import { doubleWell, doubleWellMean } from "../support/doubleWell.js";

// True coverages are 67 to 70 % (up to 4,000 chains: tests/slow/statistics.test.ts); errors of
// blocks had 59 to 65 % for cumulants. Those of N chains scatter by √(.685 · .315/N), 2.7 % for
// 300: four standard deviations beyond the window are left 3e-5 of the time, in 12 comparisons.
const [LOWEST, HIGHEST] = [0.67, 0.7];
const some = ["mean", "ratio", "mean of x⁴", "variance", "Binder cumulant"];

describe("an error bar covers the exact value of means, ratios and cumulants in 67 to 70 % of all chains of 100 τ_int", () => {
  it.each([
    [1, 1000, some],
    [5, 300, some],
    [20, 150, ["mean", "Binder cumulant"]],
  ] as const)(
    "τ_int = %d, %d chains",
    (tau, chains, names) => {
      const margin = 4 * Math.sqrt((0.685 * 0.315) / chains);
      for (const [name, covered] of Object.entries(
        coverages(makeRng(1, `coverage ${tau}`), tau, 100 * tau, chains, [...names]),
      )) {
        expect(covered, name).toBeGreaterThan(LOWEST - margin);
        expect(covered, name).toBeLessThan(HIGHEST + margin);
      }
    },
    60_000,
  );
});

it("error bars of a Metropolis chain in a double well cover exact moments in 200 repeats, whether the sign or the size decides", () => {
  const [depth, n] = [1.5, 1_500];
  const moment = (f: (x: number) => number): number => doubleWellMean(depth, f);
  const [first, second, fourth] = [moment(Math.abs), moment((x) => x * x), moment((x) => x ** 4)];
  const chains = Array.from({ length: 200 }, (_, k) =>
    doubleWell(makeRng(2, `well ${k}`), depth, 1, n),
  );
  const attempts: Record<string, (x: Float64Array) => Attempt> = {
    "⟨x⟩": (x) => ({ estimate: jackknife(x), exact: 0 }),
    "⟨x²⟩": (x) => ({ estimate: jackknife(x.map((v) => v * v)), exact: second }),
    "χ of |x|": (x) => ({ estimate: susceptibility(x, 1), exact: second - first ** 2 }),
    "Binder cumulant": (x) => ({
      estimate: binderCumulant(x),
      exact: 1 - fourth / (3 * second ** 2),
    }),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    const covered = coverage(chains.length, (k) => attempt(chains[k]));
    // binomial, four standard deviations of .033
    expect(Math.abs(covered - 0.685), name).toBeLessThan(0.13);
  }
  // τ_int of the sign is ten times that of the size
  expect(jackknife(chains[0]).tauInt).toBeGreaterThan(
    4 * jackknife(chains[0].map(Math.abs)).tauInt,
  );
  expect(mean(chains.map((x) => susceptibility(x, 1).tauInt))).toBeLessThan(3);
});
