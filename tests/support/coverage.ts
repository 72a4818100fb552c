import type { core } from "phaselens";
import { jackknife, jackknifeMeans, mean, tensor, type Rng, type Tensor } from "phaselens/core";
import { binderCumulant, susceptibility } from "phaselens/physics";
import { autoregressive } from "./autoregressive.js";

/** Columns beside one another: [n, columns]. */
export function beside(...columns: readonly Float64Array[]): Tensor {
  const [n, width] = [columns[0].length, columns.length];
  const table = tensor([n, width]);
  columns.forEach((column, k) => column.forEach((value, i) => (table.data[i * width + k] = value)));
  return table;
}

/** An estimate from a chain, and the value that it is of. */
export interface Attempt {
  readonly estimate: core.Estimate;
  readonly exact: number;
}

const square = (x: Float64Array): Float64Array => x.map((v) => v * v);

/**
 * Means, ratios and cumulants of a normal chain x of unit variance, with a second one y; exact
 * values by moments of the normal distribution.
 */
export const statistics: Readonly<Record<string, (x: Float64Array, y: Float64Array) => Attempt>> = {
  mean: (x) => ({ estimate: jackknife(x), exact: 0 }),
  "mean of |x|": (x) => ({ estimate: jackknife(x.map(Math.abs)), exact: Math.sqrt(2 / Math.PI) }),
  "mean of x⁴": (x) => ({ estimate: jackknife(square(square(x))), exact: 3 }),
  ratio: (x, y) => {
    const [above, below] = [x.map((v, i) => 1 + 0.5 * v + 0.3 * y[i]), x.map((v) => 3 + 0.5 * v)];
    return { estimate: jackknifeMeans(beside(above, below), ([a, b]) => [a / b])[0], exact: 1 / 3 };
  },
  difference: (x, y) => ({
    estimate: jackknifeMeans(
      beside(
        x.map((v, i) => v + 0.3 * y[i]),
        x,
      ),
      ([a, b]) => [a - b],
    )[0],
    exact: 0,
  }),
  "reweighted mean": (x) => {
    const weight = x.map((v) => Math.exp(0.5 * v)); // shifts the normal distribution by ½
    return {
      estimate: jackknifeMeans(
        beside(
          x.map((v, i) => v * weight[i]),
          weight,
        ),
        ([a, b]) => [a / b],
      )[0],
      exact: 0.5,
    };
  },
  variance: (x) => ({ estimate: susceptibility(x, 1, { modulus: false }), exact: 1 }),
  "variance of |x|": (x) => ({ estimate: susceptibility(x, 1), exact: 1 - 2 / Math.PI }),
  "Binder cumulant": (x) => ({ estimate: binderCumulant(x), exact: 0 }),
  "Binder cumulant of 1 + x/2": (x) => ({
    estimate: binderCumulant(x.map((v) => 1 + v / 2)),
    exact: 1 - (1 + 6 / 4 + 3 / 16) / (3 * (1 + 1 / 4) ** 2),
  }),
};

/** Part of the attempts whose error bar covers the exact value. */
export function coverage(repeats: number, attempt: (repeat: number) => Attempt): number {
  return mean(
    Array.from({ length: repeats }, (_, k) => {
      const { estimate, exact } = attempt(k);
      return Math.abs(estimate.mean - exact) < estimate.error ? 1 : 0;
    }),
  );
}

/** Coverage of each of the statistics over chains of n samples. */
export function coverages(
  rng: Rng,
  tau: number,
  n: number,
  repeats: number,
  names = Object.keys(statistics),
): Record<string, number> {
  const rho = (tau - 0.5) / (tau + 0.5);
  const pairs = Array.from({ length: repeats }, (_, k) =>
    ["x", "y"].map((name) => autoregressive(rng.fork(`${k}/${name}`), rho, n)),
  );
  return Object.fromEntries(
    names.map((name) => [
      name,
      coverage(repeats, (k) => statistics[name](pairs[k][0], pairs[k][1])),
    ]),
  );
}
