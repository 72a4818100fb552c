import { size } from "../../../core/tensor.js";
import { broadcastProduct } from "../../layers/broadcastProduct.js";
import { fours, placeOf, type SingleStep, type StepRoom } from "./singleStep.js";
import type { PlannedNode } from "./plannedNode.js";

/** Σ_k x_k of values of one shape. */
export function addStep({ shape }: PlannedNode, { numbers }: StepRoom): SingleStep {
  const width = size(shape);
  return {
    forward({ x, y }, batch) {
      const [count, to] = [fours(batch * width), placeOf(y)];
      for (let k = 1; k < x.length; k++)
        numbers.combine(count, k === 1 ? placeOf(x[0]) : to, placeOf(x[k]), to, 1);
      if (x.length === 1) y.set(x[0].subarray(0, batch * width));
    },
    pull: (_at, g, _k, gx, batch) => gx.set(g.subarray(0, batch * width)),
    pullInto(_at, g, _k, gx, batch) {
      const to = placeOf(gx);
      numbers.combine(fours(batch * width), to, placeOf(g), to, 1);
    },
  };
}

/** a + b or a b, b repeated row by row. */
export function rowsStep({ layer, shape, shapes }: PlannedNode, { numbers }: StepRoom): SingleStep {
  const [width, length] = [size(shape), size(shapes[1])];
  const rows = width / length;
  const times = layer.kind === "product" ? 1 : 0;
  const product = broadcastProduct(shapes[0], shapes[1]);
  const apply = (a: number, row: number, y: number, batch: number): void => {
    for (let n = 0; n < batch; n++)
      if (length === 1 && times)
        numbers.rescale(fours(width), a + n * width, y + n * width, numbers.all[row + n], 0);
      else numbers.withRow(rows, length, a + n * width, row + n * length, y + n * width, times);
  };
  const sumOfRows = (g: Float64Array, gx: Float64Array, batch: number): void => {
    for (let n = 0, p = 0; n < batch; n++)
      for (let r = 0; r < rows; r++) for (let j = 0; j < length; j++) gx[n * length + j] += g[p++];
  };
  return {
    forward: ({ x: [a, row], y }, batch) => apply(placeOf(a), placeOf(row), placeOf(y), batch),
    pull({ x }, g, k, gx, batch) {
      if (k === 1 && times) return product.transposed(1, g, x[0], gx, batch);
      if (k === 1) {
        gx.fill(0, 0, batch * length);
        return sumOfRows(g, gx, batch);
      }
      if (times) apply(placeOf(g), placeOf(x[1]), placeOf(gx), batch);
      else gx.set(g.subarray(0, batch * width));
    },
  };
}

/** a b entry by entry. */
export function multiplyStep({ shape }: PlannedNode, { numbers }: StepRoom): SingleStep {
  const width = size(shape);
  const multiply = (a: Float64Array, b: Float64Array, y: Float64Array, batch: number): void =>
    numbers.multiply(fours(batch * width), placeOf(a), placeOf(b), placeOf(y));
  return {
    forward: ({ x: [a, b], y }, batch) => multiply(a, b, y, batch),
    pull: ({ x }, g, k, gx, batch) => multiply(g, x[1 - k], gx, batch),
  };
}

/** factor · the sum of each run of entries. */
export function runsStep(
  { shape, shapes: [input] }: PlannedNode,
  { numbers }: StepRoom,
  factor: number,
): SingleStep {
  const count = size(shape);
  const length = size(input) / count;
  return {
    forward: ({ x: [x], y }, batch) =>
      numbers.runs(batch * count, length, placeOf(x), placeOf(y), factor),
    pull: (_at, g, _k, gx, batch) =>
      numbers.runsTransposed(batch * count, length, placeOf(g), placeOf(gx), factor),
  };
}
