import { takes } from "../../core/arguments/takes.js";
import { tensorOf } from "../../core/arguments/kinds.js";
import { ShapeError } from "../../core/errors.js";
import { tensor, type Tensor } from "../../core/tensor.js";

/**
 * p = softmax(z) along the last axis, without overflow: of a vector [classes], of rows [n,
 * classes], …
 * @throws ShapeError for a scalar
 */
export function softmax(z: Tensor): Tensor {
  takes("softmax", { z: [z, tensorOf(["…"])] });
  if (z.shape.length === 0)
    throw new ShapeError("softmax: a scalar has no classes. Give [classes] or [n, classes].");
  const p = tensor(z.shape);
  const out = z.shape[z.shape.length - 1];
  for (let at = 0; at < z.data.length; at += out) softmaxRow(z.data, at, out, p.data, at);
  return p;
}

/** softmax of `out` numbers from `from` on, written to `p` from `to` on. */
export function softmaxRow(
  z: Float64Array,
  from: number,
  out: number,
  p: Float64Array,
  to: number,
): void {
  let largest = -Infinity;
  for (let j = 0; j < out; j++) largest = Math.max(largest, z[from + j]);
  let sum = 0;
  for (let j = 0; j < out; j++) sum += p[to + j] = Math.exp(z[from + j] - largest);
  for (let j = 0; j < out; j++) p[to + j] /= sum;
}
