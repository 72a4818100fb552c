import { edgeForward, edgeGradient } from "./edgeTwins.js";

/** The edge block of an interaction network; `list` is the offset of its places, see `EDGE_FIELDS`. */
export interface EdgeKernels {
  edgeForward(list: number): void;
  edgeGradient(list: number): void;
}

/** The compiled kernels want bytes where their twins want elements. */
export function bindEdges(raw: EdgeKernels): EdgeKernels {
  return { edgeForward: (list) => raw.edgeForward(list * 4), edgeGradient: (list) => raw.edgeGradient(list * 4) };
}

/** The plain TypeScript kernels bound to the views of an arena. */
export function edgeTwins(f64: Float64Array, i32: Int32Array): EdgeKernels {
  return { edgeForward: (list) => edgeForward(f64, i32, list), edgeGradient: (list) => edgeGradient(f64, i32, list) };
}
