import { size, type Shape } from "../../core/tensor.js";
import type { ProductMap } from "./productMap.js";
import { broadcast, broadcastTable } from "./sourceTables.js";

/** y_f = a_{i(f)} b_{j(f)}; no table where an input has the shape of y. */
export function broadcastProduct(a: Shape, b: Shape): ProductMap {
  const shape = broadcast(a, b)!;
  const height = size(shape);
  const tables = [broadcastTable(a, shape), broadcastTable(b, shape)];
  const widths = [size(a), size(b)];
  return {
    sums: false,
    apply(left, right, y, batch, add) {
      const [i, j] = tables;
      for (let n = 0, p = 0; n < batch; n++) {
        const [l, r] = [n * widths[0], n * widths[1]];
        for (let f = 0; f < height; f++, p++) {
          const one = left[l + (i ? i[f] : f)] * right[r + (j ? j[f] : f)];
          y[p] = add ? y[p] + one : one;
        }
      }
    },
    transposed(k, g, other, out, batch) {
      const [own, others] = [tables[k], tables[1 - k]];
      const [width, wide] = [widths[k], widths[1 - k]];
      if (own) out.fill(0, 0, batch * width);
      for (let n = 0, p = 0; n < batch; n++) {
        const [to, from] = [n * width, n * wide];
        for (let f = 0; f < height; f++, p++) {
          const one = g[p] * other[from + (others ? others[f] : f)];
          if (own) out[to + own[f]] += one;
          else out[to + f] = one;
        }
      }
    },
  };
}
