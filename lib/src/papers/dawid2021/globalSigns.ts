import { takes } from "../../core/arguments/takes.js";
import {
  count,
  list,
  optional,
  real,
  record,
  stream,
  tensorOf,
} from "../../core/arguments/kinds.js";
import { makeDataset } from "../../core/dataset.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import type { Rng } from "../../core/random/rng.js";
import { row, tensor } from "../../core/tensor.js";
import type { Data } from "./data.js";
import { minMax, minMaxNormalise, type MinMax } from "../../physics/observables/minMax.js";

/**
 * Ground states whose global sign, which is not observable, was chosen (Dawid et al. 2021, Sec. III
 * B, Fig. 4).
 */
export interface SignedData extends Data {
  /** +1 or −1 for each row, [n]. */
  readonly sign: Int8Array;
}

/**
 * Signs of n states, `negatives` of them −1 and in random places: 12 of 1000 for the
 * sign-imbalanced set of Fig. 4(a) (the paper says "several"), half of them for the sign-balanced
 * one of Fig. 4(b).
 * @throws ConfigError unless 0 ≤ negatives ≤ n, both whole numbers
 */
export function globalSigns(n: number, negatives: number, rng: Rng): Int8Array {
  takes("globalSigns", { n: [n, count(0, 2 ** 31 - 1)], rng: [rng, stream] });
  if (!Number.isInteger(negatives) || !(negatives >= 0 && negatives <= n)) {
    throw new ConfigError(
      `globalSigns: negatives is ${negatives}; it must be a whole number from 0 to ${n}.`,
      { n, negatives },
    );
  }
  const signs = new Int8Array(n).fill(1);
  for (const k of rng.permutation(n).subarray(0, negatives)) signs[k] = -1;
  return signs;
}

const aRange = record({ minimum: real, maximum: real }, "a range { minimum, maximum }");

/**
 * A set of ground states with the given global signs, normalised anew.
 *
 * The states of `data` are positive; their normalisation is undone, rows of sign −1 change
 * sign, and all are normalised by (x − minimum) / (maximum − minimum) with the range of the
 * sign-changed training set: the toolbox's rule, taken literally. With amplitudes of both signs the
 * minimum is about −maximum, so a vanishing amplitude becomes ½ instead of 0, and a global sign
 * turns an input x into 1 − x.
 *
 * @param data   a set of `data`
 * @param sign   [n], each +1 or −1
 * @param range of the sign-changed training set, `training.normalisation`; without it the range of
 *   this set itself
 * @throws ShapeError if there is not one sign a row, ConfigError if one is not ±1
 */
export function withGlobalSigns(data: Data, sign: ArrayLike<number>, range?: MinMax): SignedData {
  takes("withGlobalSigns", {
    data: [data, record({ x: tensorOf(["n", "…"]), normalisation: aRange }, "a set of data")],
    sign: [sign, list],
    range: [range, optional(aRange)],
  });
  const n = data.x.shape[0];
  if (sign.length !== n)
    throw new ShapeError(`withGlobalSigns: ${sign.length} signs for ${n} states. Give one a row.`);
  const { minimum, maximum } = data.normalisation;
  const amplitudes = tensor(
    data.x.shape,
    data.x.data.map((value) => value * (maximum - minimum) + minimum),
  );
  for (let k = 0; k < n; k++) {
    if (Math.abs(sign[k]) !== 1)
      throw new ConfigError(`withGlobalSigns: sign ${k} is ${sign[k]}; it must be 1 or -1.`, {
        row: k,
      });
    if (sign[k] < 0) row(amplitudes, k).forEach((value, i, state) => (state[i] = -value));
  }
  const normalisation = range ?? minMax(amplitudes.data);
  const { generator, params, ...origin } = data.provenance;
  const negatives = Array.from(sign).filter((value) => value < 0).length;
  const dataset = makeDataset({
    x: minMaxNormalise(amplitudes, normalisation),
    target: data.target,
    ...(data.weights && { weights: data.weights }),
    provenance: {
      ...origin,
      generator: `withGlobalSigns(${generator})`,
      params: { ...params, negatives },
    },
  });
  return { ...data, ...dataset, normalisation, sign: Int8Array.from(sign) };
}
