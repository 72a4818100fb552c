import { ShapeError } from "../../core/errors.js";
import { restoreMasks, type MaskRange } from "../propagation/masks.js";
import { checkFinite, checkTensor, size, type Shape, type Tensor } from "../../core/tensor.js";

/**
 * What stands for "nothing there" in a difference of outputs. It is in the units that the network
 * reads: of standardised inputs, zeros are their mean, and a raw zero is (0 − mean)/deviation,
 * which has to be given.
 */
export type Reference =
  | "zeros of what the network reads"
  | "a sample that was given, in the units that the network reads";

export const referenceOf = (baseline: Tensor | undefined): Reference =>
  baseline
    ? "a sample that was given, in the units that the network reads"
    : "zeros of what the network reads";

/** The baseline for each of `batch` samples, with the masks that they have. [batch, features] */
export function withMasks(
  baseline: Float64Array,
  x: Float64Array,
  masks: readonly MaskRange[],
  into: Float64Array,
  batch: number,
): void {
  for (let n = 0; n < batch; n++) into.set(baseline, n * baseline.length);
  restoreMasks(x, masks, into, baseline.length, batch);
}

/**
 * The sample that stands for "nothing there": zeros unless given.
 * @throws ShapeError if it does not have the shape of one sample
 */
export function baselineOf(given: Tensor | undefined, input: Shape, what: string): Float64Array {
  if (given === undefined) return new Float64Array(size(input));
  checkTensor(given, `${what}: the baseline`);
  if (given.shape.join() !== input.join()) {
    throw new ShapeError(
      `${what}: the baseline must have the shape of one sample [${input}], got [${given.shape}].`,
      { got: given.shape },
    );
  }
  checkFinite(given.data, `${what}, baseline`);
  return given.data;
}
