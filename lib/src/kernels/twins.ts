import type { Kernels } from "./arena.js";
import { gram, rowDots, rowProduct } from "./products.js";

const missing = (): never => { throw new Error("eigen kernels not bound"); };

/** The plain TypeScript kernels bound to the views of an arena. */
export function twins(f64: Float64Array, i32: Int32Array): Kernels {
  return {
    rowProduct: (m, n, depth, aRows, aStep, bRows, cRows) => rowProduct(f64, i32, m, n, depth, aRows, aStep, bRows, cRows),
    rowDots: (m, count, n, aRows, bRows, c, cStep) => rowDots(f64, i32, m, count, n, aRows, bRows, c, cStep),
    gram: (panels, rows, packed, c) => gram(f64, panels, rows, packed, c),
    tridiagonalise: missing,
    applyReflectors: missing,
    applyRotations: missing,
  };
}
