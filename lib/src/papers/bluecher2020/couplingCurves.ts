import { takes } from "../../core/arguments/takes.js";
import { listOf, numbers, tensorOf, text } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import { jackknife } from "../../core/statistics/jackknife.js";
import { jackknifeMeans } from "../../core/statistics/jackknifeMeans.js";
import { tensor, type Tensor } from "../../core/tensor.js";

/** The stretch of neighbouring samples with one κ: rows from … to − 1. */
export interface CouplingRows {
  readonly kappa: number;
  readonly from: number;
  readonly to: number;
}

/** Runs of equal κ, in order. */
export function couplingRows(kappa: ArrayLike<number>): CouplingRows[] {
  const runs: CouplingRows[] = [];
  for (let from = 0; from < kappa.length;) {
    let to = from + 1;
    while (to < kappa.length && kappa[to] === kappa[from]) to++;
    runs.push({ kappa: kappa[from], from, to });
    from = to;
  }
  return runs;
}

/** @throws ConfigError naming a coupling of one configuration, which has no error */
function checkRuns(kappa: ArrayLike<number>, what: string): void {
  const short = couplingRows(kappa).find(({ from, to }) => to - from < 2);
  if (short)
    throw new ConfigError(
      `${what}: κ = ${short.kappa} has one configuration; an error needs two or more, one after the other.`,
      { kappa: short.kappa },
    );
}

/**
 * A quantity of each sample averaged over the configurations of each κ, with errors by
 * `core.jackknife`: a curve with its bars.
 */
export function couplingMeans(
  kappa: ArrayLike<number>,
  values: ArrayLike<number>,
): ({ readonly kappa: number } & Estimate)[] {
  takes("couplingMeans", { kappa: [kappa, numbers(1)], values: [values, numbers(1)] });
  if (kappa.length !== values.length)
    throw new ShapeError(
      `couplingMeans: ${values.length} values for ${kappa.length} labels; they must come in pairs.`,
    );
  checkRuns(kappa, "couplingMeans");
  const all = Float64Array.from(values);
  return couplingRows(kappa).map(({ kappa: at, from, to }) => ({
    kappa: at,
    ...jackknife(all.subarray(from, to)),
  }));
}

/**
 * Root mean square of κ̂ − κ over the configurations of each κ, and over several predictors.
 * Couplings where none erred are left out, so that the curve may be drawn on a logarithmic axis.
 * @param predictions  κ̂ of each predictor, [n]
 */
export function couplingErrors(
  kappa: ArrayLike<number>,
  predictions: readonly ArrayLike<number>[],
): { readonly kappa: number; readonly mean: number }[] {
  for (const one of predictions) {
    if (one.length !== kappa.length)
      throw new ShapeError(
        `couplingErrors: ${one.length} predictions for ${kappa.length} labels; they must come in pairs.`,
      );
  }
  return couplingRows(kappa)
    .map(({ kappa: at, from, to }) => {
      let sum = 0;
      for (const one of predictions) for (let n = from; n < to; n++) sum += (one[n] - at) ** 2;
      return { kappa: at, mean: Math.sqrt(sum / ((to - from) * predictions.length)) };
    })
    .filter((row) => row.mean > 0);
}

/**
 * Shares of several quantities in their sum, from means over the configurations of each κ:
 * relevances are averaged first and normalised after. Errors by `core.jackknifeMeans`, so that what
 * is common to all drops out.
 * @param rows  [n, quantities]
 * @param name  of each quantity
 */
export function couplingShares(
  kappa: ArrayLike<number>,
  rows: Tensor,
  name: readonly string[],
): ({ readonly kappa: number; readonly name: string } & Estimate)[] {
  takes("couplingShares", {
    kappa: [kappa, numbers(1)],
    rows: [rows, tensorOf(["n", "quantities"])],
    name: [name, listOf(text)],
  });
  const columns = name.length;
  if (rows.shape.length !== 2 || rows.shape[0] !== kappa.length || rows.shape[1] !== columns) {
    throw new ShapeError(
      `couplingShares: rows of shape [${rows.shape}]; they must be [${kappa.length}, ${columns}], one for each label and name.`,
      { shape: rows.shape },
    );
  }
  checkRuns(kappa, "couplingShares");
  const share = (means: Float64Array): Float64Array => {
    const sum = means.reduce((total, value) => total + value, 0);
    return means.map((value) => (sum === 0 ? 0 : value / sum));
  };
  return couplingRows(kappa).flatMap(({ kappa: at, from, to }) => {
    const part = tensor([to - from, columns], rows.data.subarray(from * columns, to * columns));
    return jackknifeMeans(part, share).map((estimate, k) => ({
      kappa: at,
      name: name[k],
      ...estimate,
    }));
  });
}
