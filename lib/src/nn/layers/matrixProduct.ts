import { size, type Shape } from "../../core/tensor.js";
import type { ProductMap } from "./productMap.js";
import { stagedProducts } from "./stagedProduct.js";
import { broadcastTable } from "./sourceTables.js";

/** Matrices A [rows, depth] and B [depth, columns], as they lie and as many as `outer` says. */
export interface MatrixProduct {
  readonly a: Shape;
  readonly b: Shape;
  readonly outer: Shape;
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** y = A B for each pair of matrices, with the compiled product of rows. */
export function matrixProduct(of: MatrixProduct): ProductMap {
  const { a, b, outer, rows, depth, columns, transposeA, transposeB } = of;
  const pairs = size(outer);
  const strides = [rows * depth, depth * columns, rows * columns];
  const places = [broadcastTable(a.slice(0, -2), outer), broadcastTable(b.slice(0, -2), outer)];
  const matrices = [size(a.slice(0, -2)), size(b.slice(0, -2))];
  const { product, take } = stagedProducts(Math.max(...strides), rows + depth + columns);
  const forward = product(rows, depth, columns, transposeA);
  // ∂/∂A = G Bᵀ or, where A lies transposed, B Gᵀ; ∂/∂B = Aᵀ G or Gᵀ A
  const back = [
    transposeA ? product(depth, columns, rows, transposeB) : product(rows, columns, depth, false),
    transposeB ? product(columns, rows, depth, true) : product(depth, rows, columns, !transposeA),
  ];
  /** Where the matrix of one input lies that belongs to a pair. */
  const at = (k: number, n: number, pair: number): number =>
    (n * matrices[k] + (places[k] ? places[k][pair] : pair)) * strides[k];
  return {
    sums: true,
    apply(left, right, y, batch, add) {
      for (let n = 0; n < batch; n++) {
        for (let pair = 0; pair < pairs; pair++) {
          forward(left, at(0, n, pair), right, at(1, n, pair), transposeB);
          take(y, (n * pairs + pair) * strides[2], strides[2], add);
        }
      }
    },
    transposed(k, g, other, out, batch) {
      const shared = places[k] !== undefined;
      if (shared) out.fill(0, 0, batch * matrices[k] * strides[k]);
      for (let n = 0; n < batch; n++) {
        for (let pair = 0; pair < pairs; pair++) {
          const [from, gAt] = [at(1 - k, n, pair), (n * pairs + pair) * strides[2]];
          if (k === 0 && transposeA) back[0](other, from, g, gAt, true);
          else if (k === 0) back[0](g, gAt, other, from, !transposeB);
          else if (transposeB) back[1](g, gAt, other, from, transposeA);
          else back[1](other, from, g, gAt, false);
          take(out, at(k, n, pair), strides[k], shared);
        }
      }
    },
  };
}
