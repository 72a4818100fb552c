import { NumericalError, ShapeError } from "../../core/errors.js";
import type { Tensor } from "../../core/tensor.js";

/**
 * Index of the largest entry of each row, the first one on a tie: [n].
 * @throws ShapeError unless z is [n, out] with out ≥ 1, NumericalError naming the first NaN
 */
export function largestOutputs(z: Tensor, what: string): Int32Array {
  checkOutputs(z, what);
  const [n, out] = z.shape;
  const largest = new Int32Array(n);
  for (let s = 0; s < n; s++) {
    for (let j = 1; j < out; j++) {
      if (z.data[s * out + j] > z.data[s * out + largest[s]]) largest[s] = j;
    }
  }
  return largest;
}

/**
 * Outputs of which a prediction can be made.
 * @throws ShapeError unless z is [n, out] with out ≥ 1, NumericalError naming the first NaN
 */
export function checkOutputs({ shape, data }: Tensor, what: string): void {
  if (shape.length !== 2 || shape[1] < 1) {
    throw new ShapeError(`${what}: outputs have shape [${shape}]; they must be [n, out].`, {
      shape,
    });
  }
  const wrong = data.findIndex(Number.isNaN);
  if (wrong < 0) return;
  const [sample, output] = [Math.floor(wrong / shape[1]), wrong % shape[1]];
  const fact = `output ${output} of sample ${sample} is NaN, which predicts nothing`;
  throw new NumericalError(`${what}: ${fact}. Look for NaN in θ and in the inputs.`, {
    sample,
    output,
  });
}
