import type { Shape } from "../../core/tensor.js";
import type { ProductLayer } from "./layer.js";
import type { LayerStep } from "./layerStep.js";

/** `prepare` of products: J da = da b,  Jᵀ g for a = g bᵀ, whose derivative is g dbᵀ. */
export function prepareProduct(this: ProductLayer, [a, b]: readonly Shape[]): LayerStep {
  const map = this.map(a, b);
  return {
    product: map,
    forward: ({ x: [left, right], y }, batch) => map.apply(left, right, y, batch, false),
    push({ x: [left, right] }, { x: [dleft, dright], y: dy }, batch) {
      map.apply(dleft, right, dy, batch, false);
      map.apply(left, dright, dy, batch, true);
    },
    pull: ({ x }, g, k, gx, batch) => map.transposed(k, g, x[1 - k], gx, batch),
    bend: (_at, { x: dx }, g, k, gx, batch) => map.transposed(k, g, dx[1 - k], gx, batch),
  };
}
