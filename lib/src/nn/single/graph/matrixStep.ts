import { size, type Shape } from "../../../core/tensor.js";
import { broadcastTable } from "../../layers/sourceTables.js";
import { placeOf, type SingleStep, type StepRoom } from "./singleStep.js";

/** Whether the last two axes of each input are exchanged. */
export interface Transposed {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** y = A B for all matrices that lie along further axes in front. */
export function matrixStep(
  [a, b]: readonly Shape[],
  shape: Shape,
  { transposeA = false, transposeB = false }: Transposed,
  { numbers }: StepRoom,
): SingleStep {
  const [rows, columns] = shape.slice(-2);
  const depth = a[a.length - (transposeA ? 2 : 1)];
  const outer = shape.slice(0, -2);
  const pairs = size(outer);
  const tables = [a, b].map((own) => broadcastTable(own.slice(0, -2), outer));
  const counts = [a, b].map((own) => size(own.slice(0, -2)));
  const strides = [rows * depth, depth * columns, rows * columns];
  const most = Math.max(...strides) + 4 * Math.max(rows, depth, columns);
  const [packed, turned] = [numbers.take(most), numbers.take(most)];
  /** Places of the two matrices and of y of a pair of a sample. */
  const matrix = (k: number, n: number, pair: number): number =>
    (n * counts[k] + (tables[k] ? tables[k][pair] : pair)) * strides[k];
  const panels = (m: number, q: number, at: number, rowStep: number, depthStep: number): void =>
    numbers.panels((m + 3) >> 2, m, q, at, rowStep, depthStep, packed, 4 * q);
  const transpose = (m: number, n: number, at: number): number => {
    numbers.transpose(m, n, at, turned);
    return turned;
  };
  const multiply = (m: number, n: number, q: number, at: number, to: number, mode = 0): void =>
    numbers.matrix(m, n, q, packed, at, n, to, n, 0, mode);
  const [leftStep, rightStep] = [transposeA ? rows : depth, transposeB ? depth : columns];
  const { native } = numbers;
  const byLeft = (right: number, g: number, to: number, mode: number): void => {
    const [t, step, add] = [transposeB, rightStep, mode === 1];
    if (transposeA) {
      // Aᵀ as it lies: B Gᵀ
      const [m, n, q] = [depth, rows, columns];
      if (native(m, n, q, right, step, t, g, columns, true, to, n, add)) return;
      panels(m, q, right, t ? 1 : columns, t ? depth : 1);
      multiply(m, n, q, transpose(rows, columns, g), to, mode);
    } else {
      const [m, n, q] = [rows, depth, columns];
      if (native(m, n, q, g, columns, false, right, step, !t, to, n, add)) return;
      panels(m, q, g, columns, 1);
      multiply(m, n, q, t ? right : transpose(depth, columns, right), to, mode);
    }
  };
  const byRight = (left: number, g: number, to: number, mode: number): void => {
    const [t, step, add] = [transposeA, leftStep, mode === 1];
    if (transposeB) {
      // Bᵀ as it lies: Gᵀ A
      const [m, n, q] = [columns, depth, rows];
      if (native(m, n, q, g, columns, true, left, step, t, to, n, add)) return;
      panels(m, q, g, 1, columns);
      multiply(m, n, q, t ? transpose(depth, rows, left) : left, to, mode);
    } else {
      const [m, n, q] = [depth, columns, rows];
      if (native(m, n, q, left, step, !t, g, columns, false, to, n, add)) return;
      panels(m, q, left, t ? rows : 1, t ? 1 : depth);
      multiply(m, n, q, g, to, mode);
    }
  };
  const forward = (left: number, right: number, to: number): void => {
    const [m, n, q] = [rows, columns, depth];
    const [a, b] = [transposeA, transposeB];
    if (native(m, n, q, left, leftStep, a, right, rightStep, b, to, n, false)) return;
    panels(m, q, left, a ? 1 : depth, a ? rows : 1);
    multiply(m, n, q, b ? transpose(columns, depth, right) : right, to);
  };
  const pull = (
    x: readonly Float64Array[],
    g: Float64Array,
    k: number,
    gx: Float64Array,
    batch: number,
    add: boolean,
  ): void => {
    const mode = add || tables[k] ? 1 : 0;
    if (tables[k] && !add) gx.fill(0, 0, batch * counts[k] * strides[k]);
    for (let n = 0; n < batch; n++) {
      for (let pair = 0; pair < pairs; pair++) {
        const [left, right] = [0, 1].map((one) => placeOf(x[one]) + matrix(one, n, pair));
        const own = placeOf(g) + (n * pairs + pair) * strides[2];
        const to = placeOf(gx) + matrix(k, n, pair);
        if (k === 0) byLeft(right, own, to, mode);
        else byRight(left, own, to, mode);
      }
    }
  };
  return {
    forward({ x, y }, batch) {
      for (let n = 0; n < batch; n++) {
        for (let pair = 0; pair < pairs; pair++) {
          const left = placeOf(x[0]) + matrix(0, n, pair);
          const right = placeOf(x[1]) + matrix(1, n, pair);
          forward(left, right, placeOf(y) + (n * pairs + pair) * strides[2]);
        }
      }
    },
    pull: ({ x }, g, k, gx, batch) => pull(x, g, k, gx, batch, false),
    pullInto: ({ x }, g, k, gx, batch) => pull(x, g, k, gx, batch, true),
  };
}
