import { tensor, type Tensor } from "../../core/tensor.js";
import type { Arena } from "../../kernels/arena.js";
import { room } from "../../kernels/room.js";

/** Rows gathered for one rank-k update. */
const ROWS = 256;

/** Doubles of the rows and of the sum. */
function space(P: number): { packed: number; sum: number } {
  const sizes = { panels: Math.ceil(P / 4), rows: ROWS };
  return { packed: room("gram", "packed", sizes), sum: room("gram", "c", sizes) };
}

/** Doubles that a sum over rows of length P takes from an arena. */
export function gramSumSpace(P: number): number {
  const { packed, sum } = space(P);
  return packed + sum;
}

/** Σ GᵀG of rows G [count, P]. */
export interface GramSum {
  add(rows: Float64Array, count: number): void;
  finish(): Tensor;
}

/** Collects rows and adds GᵀG in blocks that suit the compiled kernel. */
export function makeGramSum(arena: Arena, P: number): GramSum {
  const { f64 } = arena;
  const panels = Math.ceil(P / 4);
  const lengths = space(P);
  const [packed, sum] = [arena.doubles(lengths.packed), arena.doubles(lengths.sum)];
  let filled = 0;
  const flush = (): void => {
    if (filled === 0) return;
    for (let p = 0; p < panels; p++)
      f64.fill(0, packed + (p * ROWS + filled) * 4, packed + (p + 1) * ROWS * 4);
    arena.gram(panels, ROWS, packed, sum);
    filled = 0;
  };
  return {
    add(rows, count) {
      for (let s = 0; s < count; s++) {
        for (let p = 0; p < P; p++)
          f64[packed + ((p >> 2) * ROWS + filled) * 4 + (p & 3)] = rows[s * P + p];
        if (++filled === ROWS) flush();
      }
    },
    finish() {
      flush();
      const result = tensor([P, P]);
      const width = 4 * panels;
      for (let i = 0; i < P; i++) {
        for (let j = 0; j <= i; j++)
          result.data[i * P + j] = result.data[j * P + i] = f64[sum + i * width + j];
      }
      return result;
    },
  };
}
