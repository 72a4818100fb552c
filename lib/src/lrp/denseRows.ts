import { makeArena } from "../kernels/arena.js";

/** Rows of W read side by side: as many as the processor fetches ahead. */
const FETCHED = 8;

/** Products with chosen rows of a matrix W [outputs, inputs], one sample at a time. */
export interface DenseRows {
  /** z_c = Σ_i W_{list c, i} x_i. */
  dots(x: Float64Array, list: Int32Array, count: number, z: Float64Array): void;
  /** out_i = Σ_c s_c W_{list c, i}. */
  combine(s: Float64Array, list: Int32Array, count: number, out: Float64Array): void;
}

/**
 * Relevance seldom reaches all units of a dense layer: from one output, only units that excite it. A matrix product with all rows would
 * spend most of its time on denominators of units without relevance.
 */
export function denseRows(weight: Float64Array, inputs: number, outputs: number): DenseRows {
  const arena = makeArena({ doubles: weight.length + inputs + outputs, integers: outputs + 1 });
  const { f64, i32 } = arena;
  const [w, vector, few] = [arena.doubles(weight.length), arena.doubles(inputs), arena.doubles(outputs)];
  const [rows, own] = [arena.integers(outputs), arena.integers(2)];
  f64.set(weight, w);
  i32[own] = vector;
  i32[own + 1] = few;
  const choose = (list: Int32Array, count: number): void => {
    for (let c = 0; c < count; c++) i32[rows + c] = w + list[c] * inputs;
  };
  return {
    dots(x, list, count, z) {
      choose(list, count);
      f64.set(x, vector);
      f64.fill(0, few, few + count);
      arena.rowDots(1, count, inputs, own, rows, few, outputs);
      for (let c = 0; c < count; c++) z[c] = f64[few + c];
    },
    combine(s, list, count, out) {
      choose(list, count);
      for (let c = 0; c < count; c++) f64[few + c] = s[c];
      f64.fill(0, vector, vector + inputs);
      for (let c = 0; c < count; c += FETCHED) {
        i32[own + 1] = few + c;
        arena.rowProduct(1, inputs, Math.min(FETCHED, count - c), own + 1, 1, rows + c, own);
      }
      out.set(f64.subarray(vector, vector + inputs));
    },
  };
}
