// κ from an operator, and how far from the Cramér–Rao bound.
import { core } from "phaselens";
import { solved } from "./regression.mjs";
import { centred, products, total } from "./regression.mjs";

/** The phases as `papers.bluecher2020.phaseErrors` has them. */
export const phases = {
  AFM: (kappa) => kappa < -0.2,
  PM: (kappa) => Math.abs(kappa) < 0.17,
  FM: (kappa) => kappa > 0.2,
};

/** Correlation within each coupling, the mean over couplings. */
export const within = (x, y, runs) =>
  core.mean(
    runs.map(({ from, to }) => core.correlation(x.subarray(from, to), y.subarray(from, to))),
  );

/** The same of all couplings together: of what is left without their means. */
export function partial(x, y, runs) {
  const [xx, xy, , yy] = total(products([centred(x, runs), centred(y, runs)], runs));
  return xy / Math.sqrt(xx * yy);
}

/** Correlation over the configurations of these couplings as they are, with that of the scan. */
export function raw(x, y, runs) {
  const of = (values) => runs.flatMap(({ from, to }) => Array.from(values.subarray(from, to)));
  return core.correlation(of(x), of(y));
}

/** Means over the configurations of each coupling. */
export const means = (values, runs) =>
  runs.map(({ from, to }) => core.mean(values.subarray(from, to)));

/**
 * κ as a polynomial in an operator, least squares on the means of couplings.
 * @param {readonly number[]} operator  means  @param {readonly number[]} kappa
 * @returns {number[]}  coefficients, the constant first
 */
export function calibrated(operator, kappa, degree = 5) {
  const largest = Math.max(...operator.map(Math.abs));
  const columns = Array.from({ length: degree + 1 }, (_, p) =>
    Float64Array.from(operator, (o) => power(o / largest, p)),
  );
  const runs = [{ from: 0, to: kappa.length }];
  const sums = total(products([...columns, Float64Array.from(kappa)], runs));
  const { coefficients } = solved(
    sums,
    columns.map((_, p) => p),
  );
  return Array.from(coefficients, (c, p) => c / power(largest, p));
}

const power = (x, p) => new Array(p).fill(x).reduce((y, factor) => y * factor, 1);

/** @param {readonly number[]} coefficients */
export const polynomial = (coefficients) => (x) => coefficients.reduceRight((y, c) => y * x + c, 0);

/**
 * The squared Cramér–Rao bound of each coupling, 1/(4 Var L) with L = Σ φφ′ over the links; of N
 * normal values the inverse variance is too large by (N − 1)/(N − 3).
 * @param {Float64Array} neighbours  ⟨φφ′⟩ of configurations  @param {number} links
 */
export function boundsSquared(neighbours, runs, links) {
  return runs.map(({ from, to }) => {
    const n = to - from;
    return (n - 3) / (n - 1) / (4 * links * links * core.variance(neighbours.subarray(from, to)));
  });
}

/**
 * What an estimate of κ is worth: rms error, in units of the bound with its error over couplings;
 * how it shrinks (slope of its means against κ), and its mean and scatter about κ.
 */
export function judged(estimate, kappa, runs, bounds) {
  const squares = runs.map(({ from, to, kappa: at }) =>
    core.mean(Array.from(estimate.subarray(from, to), (k) => (k - at) ** 2)),
  );
  const table = core.tensor(
    [runs.length, 2],
    runs.flatMap((_, r) => [squares[r], bounds[r]]),
  );
  const root = ([square, bound]) => [Math.sqrt(square / bound)];
  const [ratio] = core.jackknifeMeans(table, root, { blockSize: 1 });
  const centres = means(estimate, runs);
  const at = runs.map((run) => run.kappa);
  const spread = Math.sqrt(core.variance(centres) / core.variance(at));
  return {
    rms: Math.sqrt(core.mean(squares)),
    ratio: ratio.mean,
    error: ratio.error,
    slope: core.correlation(centres, at) * spread,
    bias: Math.sqrt(core.mean(centres.map((k, r) => (k - at[r]) ** 2))),
  };
}
