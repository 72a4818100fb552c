import type { Kernels } from "./arena.js";
import { edgeTwins } from "./edgeKernels.js";
import { applyReflectors, applyRotations, tridiagonalise } from "./eigen.js";
import { gatheredSums, runSums } from "./gathered.js";
import { latticeTwins } from "./latticeKernels.js";
import { gram, rowDots, rowProduct } from "./products.js";
import { randomTwins } from "./randomKernels.js";
import { relevanceTwins } from "./relevanceKernels.js";
import { singleTwins } from "./singleKernels.js";

/** The plain TypeScript kernels bound to the views of an arena. */
export function twins(f64: Float64Array, f32: Float32Array, i32: Int32Array): Kernels {
  return {
    rowProduct: (m, n, depth, aRows, aStep, bRows, cRows, bShift = 0) => rowProduct(f64, i32, m, n, depth, aRows, aStep, bRows, cRows, bShift),
    gatheredSums: (lists, n, rows, starts, entries, weights, b, targets) =>
      gatheredSums(f64, i32, lists, n, rows, starts, entries, weights, b, targets),
    runSums: (lists, n, rows, starts, bounds, b, targets) => runSums(f64, i32, lists, n, rows, starts, bounds, b, targets),
    rowDots: (m, count, n, aRows, bRows, c, cStep) => rowDots(f64, i32, m, count, n, aRows, bRows, c, cStep),
    gram: (panels, rows, packed, c) => gram(f64, panels, rows, packed, c),
    tridiagonalise: (n, a, d, e, u, tau, w, p) => tridiagonalise(f64, n, a, d, e, u, tau, w, p),
    applyReflectors: (n, u, tau, panels, panel) => applyReflectors(f64, n, u, tau, panels, panel),
    applyRotations: (n, sweeps, ranges, rotations, panels, panel) => applyRotations(f64, i32, n, sweeps, ranges, rotations, panels, panel),
    ...edgeTwins(f64, i32),
    ...latticeTwins(f64, i32),
    ...randomTwins(f64, i32),
    ...relevanceTwins(f64, i32),
    ...singleTwins(f32, i32),
  };
}
