import type { Rng } from "phaselens/core";
import {
  huberLoss,
  logisticLoss,
  meanSquaredError,
  softmaxCrossEntropy,
  type Loss,
} from "phaselens/nn";
import {
  addScaled,
  affine,
  constant,
  exp,
  log,
  product,
  sum,
  type HyperDual,
} from "./hyperDual.js";

/** A loss with its definition written out, and targets that it takes. */
export interface RandomLoss {
  readonly loss: Loss;
  readonly leastOutputs: number;
  /** Where second derivatives jump, for the residual z − t; none if absent. */
  readonly kinks?: readonly number[];
  target(rng: Rng, outputs: number): number[];
  /** L of one sample. */
  naive(z: readonly HyperDual[], target: readonly number[]): HyperDual;
}

/** δ of Huber's loss: residuals lie on both sides. */
const DELTA = 0.8;

const total = (values: readonly HyperDual[]): HyperDual => values.reduce(sum, constant(0));
const mean = (values: readonly HyperDual[]): HyperDual => affine(1 / values.length, total(values));

/** Every loss of the library, by its type in `lossTypes`. */
export const randomLosses = {
  softmaxCrossEntropy: {
    loss: softmaxCrossEntropy,
    leastOutputs: 2,
    target(rng, outputs) {
      const chosen = rng.integer(outputs);
      if (rng.uniform() < 0.5)
        return Array.from({ length: outputs }, (_, j) => (j === chosen ? 1 : 0));
      return Array.from({ length: outputs }, () => rng.uniform()); // need not sum to 1
    },
    naive(z, target) {
      const largest = Math.max(...z.map(([value]) => value));
      const logSum = affine(1, log(total(z.map((one) => exp(affine(1, one, -largest))))), largest);
      return total(z.map((one, j) => affine(target[j], sum(logSum, affine(-1, one)))));
    },
  },
  meanSquaredError: {
    loss: meanSquaredError,
    leastOutputs: 1,
    target: (rng, outputs) => Array.from({ length: outputs }, () => rng.normal()),
    naive(z, target) {
      const residuals = z.map((one, j) => affine(1, one, -target[j]));
      return mean(residuals.map((one) => product(one, one)));
    },
  },
  huberLoss: {
    loss: huberLoss({ delta: DELTA }),
    leastOutputs: 1,
    kinks: [-DELTA, DELTA],
    target: (rng, outputs) => Array.from({ length: outputs }, () => rng.normal()),
    naive(z, target) {
      return mean(
        z.map((one, j) => {
          const r = affine(1, one, -target[j]);
          if (Math.abs(r[0]) > DELTA) return affine(DELTA * Math.sign(r[0]), r, -(DELTA ** 2) / 2);
          return affine(1 / 2, product(r, r));
        }),
      );
    },
  },
  logisticLoss: {
    loss: logisticLoss,
    leastOutputs: 1,
    target: (rng, outputs) =>
      Array.from({ length: outputs }, () => (rng.uniform() < 0.5 ? rng.integer(2) : rng.uniform())),
    naive(z, target) {
      return mean(
        z.map((one, j) => {
          const result = log(affine(1, exp(one), 1));
          addScaled(result, -target[j], one);
          return result;
        }),
      );
    },
  },
} satisfies Record<string, RandomLoss>;

export type LossType = keyof typeof randomLosses;
