import { takes } from "../core/arguments/takes.js";
import { count, list, record, tensorOf } from "../core/arguments/kinds.js";
import { NumericalError, ShapeError } from "../core/errors.js";
import { checkFinite, checkTensor, type Tensor } from "../core/tensor.js";

/** What a tree learns from, or is tested on. */
export interface RegressionData {
  /** [n, features] */
  readonly x: Tensor;
  /** One number a sample, e.g. its hopping parameter: [n]. */
  readonly target: ArrayLike<number>;
}

/**
 * Refuses inputs that are no table of finite numbers.
 * @param features  as many as the trees know; any number by default
 * @throws ShapeError, NumericalError for NaN or ±∞
 */
export function checkInputs(x: Tensor, what: string, features?: number): void {
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
  checkFinite(x.data, `${what}, x`);
}

/** Refuses what is neither a forest nor a tree. @throws ConfigError */
export function checkModel(model: unknown, what: string): void {
  takes(what, { model: [model, record({ features: count(1) }, "a forest or a tree")] });
}

const LARGEST = 1e140; // the sum of a million squares of larger ones, times a count, would overflow

/**
 * Refuses data that no tree can learn from.
 * @throws as `checkInputs`, and NumericalError for targets beyond ±1e140
 */
export function checkData(data: RegressionData, what: string, features?: number): void {
  takes(what, {
    data: [data, record({ x: tensorOf(["…"], "any"), target: list }, "{ x, target }")],
  });
  const { x, target } = data;
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
  for (let n = 0; n < target.length; n++) {
    if (Math.abs(target[n]) > LARGEST) {
      throw new NumericalError(
        `${what}: target ${n} is ${target[n]}; its square would overflow in sums. Use smaller units.`,
        { index: n },
      );
    }
  }
}
