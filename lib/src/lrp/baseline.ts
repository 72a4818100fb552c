import { ShapeError } from "../core/errors.js";
import { checkFinite, size, type Shape, type Tensor } from "../core/tensor.js";

/** The sample that stands for "nothing there": zeros unless given. @throws ShapeError if it does not have the shape of one sample */
export function baselineOf(given: Tensor | undefined, input: Shape, what: string): Float64Array {
  if (!given) return new Float64Array(size(input));
  if (given.shape.join() !== input.join()) {
    throw new ShapeError(`${what}: the baseline must have the shape of one sample [${input}], got [${given.shape}].`, { got: given.shape });
  }
  checkFinite(given.data, `${what}, baseline`);
  return given.data;
}
