import { tensor, type Tensor } from "../core/tensor.js";
import type { Arena } from "../kernels/arena.js";

/** Rows gathered for one rank-k update. */
const ROWS = 256;

/** Doubles that a sum over rows of length P takes from an arena. */
export function gramSumSpace(P: number): number {
  const panels = Math.ceil(P / 4);
  return 16 * panels * panels + 4 * panels * ROWS;
}

/** Collects rows and adds GᵀG in blocks that suit the compiled kernel. */
export function makeGramSum(arena: Arena, P: number): { add(rows: Float64Array, count: number): void; finish(): Tensor } {
  const { f64 } = arena;
  const panels = Math.ceil(P / 4);
  const packed = arena.doubles(4 * panels * ROWS);
  const sum = arena.doubles(16 * panels * panels);
  let filled = 0;
  const flush = (): void => {
    if (filled === 0) return;
    for (let p = 0; p < panels; p++) f64.fill(0, packed + (p * ROWS + filled) * 4, packed + (p + 1) * ROWS * 4);
    arena.gram(panels, ROWS, packed, sum);
    filled = 0;
  };
  return {
    add(rows, count) {
      for (let s = 0; s < count; s++) {
        for (let p = 0; p < P; p++) f64[packed + ((p >> 2) * ROWS + filled) * 4 + (p & 3)] = rows[s * P + p];
        if (++filled === ROWS) flush();
      }
    },
    finish() {
      flush();
      const result = tensor([P, P]);
      const width = 4 * panels;
      for (let i = 0; i < P; i++) {
        for (let j = 0; j <= i; j++) result.data[i * P + j] = result.data[j * P + i] = f64[sum + i * width + j];
      }
      return result;
    },
  };
}
