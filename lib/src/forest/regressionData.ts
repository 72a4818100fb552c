import { takes } from "../core/arguments/takes.js";
import { count, list, numbers, optional, record, tensorOf } from "../core/arguments/kinds.js";
import { NumericalError, ShapeError } from "../core/errors.js";
import { checkFinite, checkTensor, takeRows, type Tensor } from "../core/tensor.js";
import { checkWeights, countedRows, refuseNegative, weightsAt } from "../core/weights.js";

/** What a tree learns from, or is tested on. */
export interface RegressionData {
  /** [n, features] */
  readonly x: Tensor;
  /** One number a sample, e.g. its hopping parameter: [n]. */
  readonly target: ArrayLike<number>;
  /**
   * w of each sample, ≥ 0, [n] (default: all alike): means, splits and errors go by Σ w. A sample
   * of weight 0 is as if it were not there, one of weight 2 as if it were there twice.
   */
  readonly weights?: ArrayLike<number>;
}

/** Samples that count, [m] of [n]; without weights where all are equal. */
export interface CountedData {
  readonly x: Tensor;
  readonly target: Float64Array;
  /** Undefined: 1 for all. */
  readonly weights: Float64Array | undefined;
  /** Where they stood; undefined: all of them. */
  readonly rows: Int32Array | undefined;
}

/** The samples of a forest's data that have a weight. */
export function countedData({ x, target, weights }: RegressionData): CountedData {
  if (weights === undefined)
    return { x, target: Float64Array.from(target), weights: undefined, rows: undefined };
  const rows = countedRows(weights);
  const own = weightsAt(weights, rows);
  const all = rows.length === target.length;
  return {
    x: all ? x : takeRows(x, rows),
    target: weightsAt(target, rows),
    weights: own.every((weight) => weight === own[0]) ? undefined : own,
    rows: all ? undefined : rows,
  };
}

/**
 * Refuses inputs that are no table of finite numbers.
 * @param features  as many as the trees know; any number by default
 * @throws ShapeError, NumericalError for NaN or ±∞
 */
export function checkInputs(x: Tensor, what: string, features?: number): void {
  checkTable(x, what, features);
  checkFinite(x.data, `${what}, x`);
}

/** Refuses what is no table of as many columns. @throws ShapeError */
export function checkTable(x: Tensor, what: string, features?: number): void {
  checkTensor(x, `${what}: x`);
  if (x.shape.length !== 2 || x.shape[1] < 1) {
    throw new ShapeError(`${what}: x has shape [${x.shape}]; it must be [n, features].`, {
      shape: x.shape,
    });
  }
  if (features !== undefined && x.shape[1] !== features) {
    const fact = `x has ${x.shape[1]} features, the trees were grown on ${features}`;
    throw new ShapeError(`${what}: ${fact}. Pass the same ones in the same order.`, {
      given: x.shape[1],
      expected: features,
    });
  }
}

/** Refuses what is neither a forest nor a tree. @throws ConfigError */
export function checkModel(model: unknown, what: string): void {
  takes(what, { model: [model, record({ features: count(1) }, "a forest or a tree")] });
}

const LARGEST = 1e140; // the sum of a million squares of larger ones, times a count, would overflow

/**
 * Refuses data that no tree can learn from.
 * @throws as `checkInputs`, NumericalError for targets beyond ±1e140, ConfigError for weights that
 *   are negative or all 0
 */
export function checkData(data: RegressionData, what: string, features?: number): void {
  takes(what, {
    data: [
      data,
      record(
        { x: tensorOf(["…"], "any"), target: list, weights: optional(numbers()) },
        "{ x, target }",
      ),
    ],
  });
  const { x, target, weights } = data;
  checkInputs(x, what, features);
  if (x.shape[0] < 1)
    throw new ShapeError(`${what}: x has no rows. Give at least one sample.`, { shape: x.shape });
  if (target.length !== x.shape[0]) {
    throw new ShapeError(
      `${what}: ${x.shape[0]} rows and ${target.length} targets; every sample needs one.`,
      {
        rows: x.shape[0],
        targets: target.length,
      },
    );
  }
  checkFinite(target, `${what}, target`);
  if (weights !== undefined) {
    checkWeights(weights, target.length, what);
    const why = "a split lowers a sum of squares, which must not be negative";
    refuseNegative(weights, what, why, "Train a network, or leave such samples out");
  }
  for (let n = 0; n < target.length; n++) {
    if (Math.abs(target[n]) > LARGEST) {
      throw new NumericalError(
        `${what}: target ${n} is ${target[n]}; its square would overflow in sums. Use smaller units.`,
        { index: n },
      );
    }
  }
}
