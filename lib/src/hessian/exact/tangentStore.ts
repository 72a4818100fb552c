import type { Arena } from "../../kernels/arena.js";
import type { KeptTangents } from "./keptTangents.js";
import { blockEnd, type Block, type HessianPlan, type TangentLayout } from "./segments.js";

/** The tangents of all kept values of one sample, in an arena. */
export interface TangentStore {
  /** By value. */
  readonly kept: readonly (KeptTangents | undefined)[];
  clear(tangents: KeptTangents): void;
  /** All rows times one factor. */
  scale(tangents: KeptTangents, factor: number): void;
  /** to[target] += factor · from[f], own rows spread out where `to` has none. */
  addRow(from: KeptTangents, f: number, to: KeptTangents, target: number, factor: number): void;
}

/** Doubles that the store of a plan takes from an arena. */
export const tangentStoreSpace = ({ kept, blocks }: HessianPlan): number =>
  kept.reduce(
    (sum, layout) =>
      sum + (layout ? layout.features * (layout.dense + ownWidthOf(layout, blocks)) : 0),
    0,
  );

export const ownWidthOf = ({ own }: TangentLayout, blocks: readonly Block[]): number =>
  own === undefined ? 0 : blocks[own].width;

export function makeTangentStore(arena: Arena, { kept, blocks }: HessianPlan): TangentStore {
  const { f64 } = arena;
  return {
    kept: kept.map((layout): KeptTangents | undefined => {
      if (!layout) return undefined;
      const ownWidth = ownWidthOf(layout, blocks);
      return {
        ...layout,
        ownWidth,
        denseRows: arena.doubles(layout.features * layout.dense),
        ownRows: arena.doubles(layout.features * ownWidth),
      };
    }),
    clear(t) {
      f64.fill(0, t.denseRows, t.denseRows + t.features * t.dense);
      f64.fill(0, t.ownRows, t.ownRows + t.features * t.ownWidth);
    },
    scale(t, factor) {
      for (let p = t.denseRows; p < t.denseRows + t.features * t.dense; p++) f64[p] *= factor;
      for (let p = t.ownRows; p < t.ownRows + t.features * t.ownWidth; p++) f64[p] *= factor;
    },
    addRow(from, f, to, target, factor) {
      const [a, b] = [from.denseRows + f * from.dense, to.denseRows + target * to.dense];
      for (let p = 0; p < from.dense; p++) f64[b + p] += factor * f64[a + p];
      if (from.own === undefined) return;
      const c = from.ownRows + f * from.ownWidth;
      const d =
        to.own === undefined
          ? b + ownStart(from, f, blocks[from.own])
          : to.ownRows + target * to.ownWidth;
      for (let p = 0; p < from.ownWidth; p++) f64[d + p] += factor * f64[c + p];
    },
  };
}

/** Where the parameters of a feature's own channel begin in a row over all. */
export const ownStart = ({ ownerSpan }: TangentLayout, feature: number, own: Block): number =>
  own.start + Math.floor(feature / ownerSpan) * own.width;

/** A feature's whole row over θ in blocked order, for the second derivative of smooth functions. */
export function expandRow(
  f64: Float64Array,
  t: KeptTangents,
  blocks: readonly Block[],
  feature: number,
  row: Float64Array,
): void {
  row.fill(0);
  row.set(f64.subarray(t.denseRows + feature * t.dense, t.denseRows + (feature + 1) * t.dense));
  if (t.own === undefined) return;
  const own = blocks[t.own];
  const start = ownStart(t, feature, own);
  if (start + own.width > blockEnd(own)) return;
  const at = t.ownRows + feature * t.ownWidth;
  for (let p = 0; p < t.ownWidth; p++) row[start + p] += f64[at + p];
}
