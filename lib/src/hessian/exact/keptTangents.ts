import type { TangentLayout } from "./segments.js";

/**
 * Tangents of one kept value for one sample, in the arena: [features, dense] and [features, width
 * of own block].
 */
export interface KeptTangents extends TangentLayout {
  readonly denseRows: number;
  readonly ownRows: number;
  readonly ownWidth: number;
}
