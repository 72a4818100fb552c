import type { Views } from "../views.js";

/**
 * y_n = bias + Σ_i x_ni W_i, a dense layer with its weights stored by inputs. Inputs that are
 * exactly 0, as behind a ReLU, cost nothing.
 *
 * @param outputs  length of a row of W, a multiple of 4; columns beyond the layer's are zero
 * @param xWidth   distance between samples
 * @param w        [inputs, outputs]
 * @param y        [batch, outputs]
 * @param _list    room for the compiled kernel
 */
export function singleDense(
  { f32 }: Views,
  batch: number,
  inputs: number,
  outputs: number,
  x: number,
  xWidth: number,
  w: number,
  bias: number,
  y: number,
  _list: number,
): void {
  for (let n = 0; n < batch; n++) {
    for (let j = 0; j < outputs; j++) {
      let sum = f32[bias + j];
      for (let i = 0; i < inputs; i++) sum += f32[x + n * xWidth + i] * f32[w + i * outputs + j];
      f32[y + n * outputs + j] = sum;
    }
  }
}

/** gW_i = Σ_n x_ni g_n for `rows` inputs from x on: [rows, outputs]. */
export function singleDenseGradient(
  { f32 }: Views,
  batch: number,
  rows: number,
  outputs: number,
  x: number,
  xWidth: number,
  g: number,
  gw: number,
  _list: number,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < outputs; j++) {
      let sum = 0;
      for (let n = 0; n < batch; n++) sum += f32[x + n * xWidth + i] * f32[g + n * outputs + j];
      f32[gw + i * outputs + j] = sum;
    }
  }
}

/**
 * gx_ni = ⟨W_i, g_n⟩; with `sparse` = 1 it is 0 wherever x_ni is: behind a ReLU no gradient passes
 * there.
 */
export function singleDenseTransposed(
  { f32 }: Views,
  batch: number,
  inputs: number,
  outputs: number,
  w: number,
  g: number,
  x: number,
  gx: number,
  xWidth: number,
  sparse: number,
  _list: number,
): void {
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      if (!sparse || f32[x + n * xWidth + i] !== 0)
        for (let j = 0; j < outputs; j++)
          sum += f32[w + i * outputs + j] * f32[g + n * outputs + j];
      f32[gx + n * xWidth + i] = sum;
    }
  }
}
