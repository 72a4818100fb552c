import type { Layer } from "./layer.js";
import { specOf } from "./specOf.js";

/**
 * Whether a layer's derivative by input k is not 0 everywhere: where something is, as a number of
 * an entry, has none.
 */
export function hasSlope(layer: Layer, k: number): boolean {
  const spec = specOf(layer);
  if (spec?.type === "topK") return !spec.places;
  if (spec?.type === "gatherAt") return k === 0;
  return true;
}
