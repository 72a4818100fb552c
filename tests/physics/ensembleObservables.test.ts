import { jackknife, makeRng, mean, tensor, variance } from "phaselens/core";
import {
  binderCumulant,
  ensembleAverage,
  lattice,
  magnetisation,
  measure,
  scanObservables,
  staggeredMagnetisation,
  susceptibility,
  timeSlicedCorrelator,
} from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { autoregressive } from "../support/autoregressive.js";
import { coverage } from "../support/coverage.js";
import {
  ensembleCorrelator,
  observableNames,
} from "phaselens/internal/physics/observables/ensembleObservables";

const shape = [4, 4, 4];
const box = lattice(shape);
const rng = makeRng(7, "ensembleObservables");
const fields = tensor(
  [40, ...shape],
  Float64Array.from({ length: 40 * 64 }, () => rng.normal() - 0.2),
);
const configuration = (n: number): Float64Array => fields.data.subarray(64 * n, 64 * n + 64);
const parameters = { hoppingParameter: -0.1, quarticCoupling: 1.1 };

describe("an observable over an ensemble", () => {
  it("is the mean over configurations, with the jackknife of its series", () => {
    const series = Array.from({ length: 40 }, (_, n) => magnetisation(configuration(n)));
    expect([...measure(fields, magnetisation)]).toEqual(series);
    expect(ensembleAverage(fields, magnetisation)).toEqual(jackknife(series));
    expect(ensembleAverage(fields, magnetisation, { blockSize: 4 }).error).toBe(
      jackknife(series, { blockSize: 4 }).error,
    );
  });

  it("takes the modulus of G_c(t) before the average, as the paper's inputs do", () => {
    const correlator = ensembleCorrelator(fields);
    expect(correlator.length).toBe(4);
    for (let t = 0; t < 4; t++) {
      expect(correlator[t].mean).toBeCloseTo(
        mean(Array.from({ length: 40 }, (_, n) => timeSlicedCorrelator(configuration(n), box)[t])),
        14,
      );
    }
    expect(ensembleCorrelator(fields, { modulus: false })[1].mean).toBeLessThan(correlator[1].mean);
  });

  it("becomes one row a point and observable in a scan, ready for a chart", () => {
    const rows = scanObservables([
      { fields, spec: { parameters } },
      { fields, spec: { parameters: { ...parameters, hoppingParameter: 0.1 } } },
    ]);
    expect(rows.length).toBe(2 * observableNames.length);
    const row = rows.find(
      (r) => r.observable === "absoluteStaggeredMagnetisation" && r.hoppingParameter === 0.1,
    );
    const series = Array.from({ length: 40 }, (_, n) =>
      Math.abs(staggeredMagnetisation(configuration(n), box)),
    );
    expect(row).toEqual({
      hoppingParameter: 0.1,
      observable: "absoluteStaggeredMagnetisation",
      ...jackknife(series),
    });
    const few = scanObservables([{ fields, spec: { parameters } }], ["actionDensity"]);
    expect(few.map((r) => r.observable)).toEqual(["actionDensity"]);
    // each name stands for its own quantity
    expect(new Set(rows.slice(0, observableNames.length).map((r) => r.mean)).size).toBe(
      observableNames.length,
    );
  });
});

describe("susceptibility", () => {
  it("is the variance of |M|, or of M, times the volume", () => {
    const series = Float64Array.from({ length: 50 }, () => rng.normal());
    const biased = (values: ArrayLike<number>): number => (49 / 50) * variance(values);
    expect(susceptibility(series, 64).mean).toBeCloseTo(64 * biased(series.map(Math.abs)), 11);
    expect(susceptibility(series, 64, { modulus: false }).mean).toBeCloseTo(
      64 * biased(series),
      11,
    );
  });

  it("covers its value with 1 σ, with and without the modulus, where M changes its sign at random and |M| is slow", () => {
    // χ without the modulus = ⟨M²⟩ = 25 + 1; with it Var |M| = 1
    const order = (k: number): Float64Array => {
      const signs = makeRng(10, `signs ${k}`);
      return autoregressive(makeRng(10, `size ${k}`), 19.5 / 20.5, 2_000).map(
        (size) => (signs.uniform() < 0.5 ? -1 : 1) * (5 + size),
      );
    };
    const plain = coverage(200, (k) => ({
      estimate: susceptibility(order(k), 1, { modulus: false }),
      exact: 26,
    }));
    const modulus = coverage(200, (k) => ({ estimate: susceptibility(order(k), 1), exact: 1 }));
    // binomial, four standard deviations of .033
    for (const covered of [plain, modulus]) expect(Math.abs(covered - 0.68)).toBeLessThan(0.14);
  });

  it("of a correlated Gaussian chain has the error that theory gives: σ(χ)² = 2V²(1 + ρ²)/(1 − ρ²)/n", () => {
    const [rho, n, volume] = [0.9, 100_000, 10];
    const { mean: value, error } = susceptibility(autoregressive(makeRng(8), rho, n), volume, {
      modulus: false,
    });
    const exact = volume * Math.sqrt((2 / n) * ((1 + rho ** 2) / (1 - rho ** 2)));
    expect(Math.abs(value - volume)).toBeLessThan(4 * exact); // false alarm 6e-5
    // the Γ-method knows the error to 1 %, 20 blocks its tails to 3 %; four of both
    expect(Math.abs(error / exact - 1)).toBeLessThan(0.13);
  });
});

describe("binderCumulant", () => {
  it("is 2/3 for M = ±1 and 1 − ½⟨M⁴⟩ for a hand-made series", () => {
    expect(binderCumulant([1, -1, 1, 1, -1]).mean).toBeCloseTo(2 / 3, 15);
    const series = [1, -1, 2, -2, 2, 0];
    const [second, fourth] = [14 / 6, 50 / 6];
    expect(binderCumulant(series).mean).toBeCloseTo(1 - fourth / (3 * second ** 2), 14);
  });

  it("of a correlated Gaussian chain is 0 with the error that theory gives", () => {
    // δU = −He₄(M)/3 to first order, and He₄ of an autoregressive chain has Γ(t) = 4! ρ^{4t}: σ² =
    // (24/9)(1 + ρ⁴)/(1 − ρ⁴)/n
    const [rho, n] = [0.9, 100_000];
    const exact = Math.sqrt(((24 / 9) * ((1 + rho ** 4) / (1 - rho ** 4))) / n);
    const { mean: value, error, tauInt } = binderCumulant(autoregressive(makeRng(9), rho, n));
    expect(Math.abs(value)).toBeLessThan(4 * exact); // false alarm 6e-5
    // a long-tailed quantity: 5 %, four of these
    expect(Math.abs(error / exact - 1)).toBeLessThan(0.2);
    expect(Math.abs(tauInt / 2.41 - 1)).toBeLessThan(0.3); // of He₄: ½(1 + ρ⁴)/(1 − ρ⁴)
    // single samples as blocks would promise too much: √((1 − ρ⁴)/(1 + ρ⁴)) = .46 of the error
    const short = 2_000;
    const single =
      binderCumulant(autoregressive(makeRng(9), rho, short), { blockSize: 1 }).error *
      Math.sqrt(short / n);
    expect(single / exact).toBeLessThan(0.7);
  });

  it("refuses an M that vanishes throughout", () => {
    expect(() => binderCumulant([0, 0, 0, 0])).toThrow("entry 0 is NaN");
  });
});
