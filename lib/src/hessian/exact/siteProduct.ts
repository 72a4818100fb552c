import type { Arena } from "../../kernels/arena.js";
import type { AffineGeometry } from "../../nn/layers/layer.js";
import type { KeptTangents } from "./keptTangents.js";
import type { ProductLists } from "./productLists.js";
import type { Block } from "./segments.js";
import { ownStart } from "./tangentStore.js";

/** Output channels of a layer that one site is computed for, with the places of their rows. */
export interface SiteChannels {
  count: number;
  /** Weights of each, [in·taps] in the arena. */
  readonly weights: Int32Array;
  /** Dense tangents of the feature that each leads to. */
  readonly targets: Int32Array;
}

/**
 * target_m += Σ_{i,k} W_m[i, k] · tangent of x[i, site(t, k)], as dense rows, at output site t of
 * one layer.
 */
export type SiteProduct = (from: KeptTangents, t: number, channels: SiteChannels) => void;

/** Taps k … k + length − 1 of a window. */
interface TapRun {
  readonly k: number;
  readonly length: number;
}

/** Rows of input tangents, [feature, width], of the dense or of the own parameters. */
interface InputRows {
  readonly start: number;
  readonly width: number;
}

/**
 * @param blocks  of the plan, for the owners of input rows
 */
export function makeSiteProduct(
  arena: Arena,
  { map: { geometry } }: Block,
  blocks: readonly Block[],
  lists: ProductLists,
): SiteProduct {
  const { i32 } = arena;
  const { inChannels, taps, inputSites, siteOf } = geometry;
  const runs = tapRuns(geometry);

  /** Some taps of input channels first … end − 1; of several channels all taps. */
  const multiply = (
    rows: InputRows,
    t: number,
    { weights, count }: SiteChannels,
    [first, end]: readonly [number, number],
    { k, length }: TapRun,
  ): void => {
    for (let i = first, r = lists.b; i < end; i++)
      for (let tap = t * taps + k; tap < t * taps + k + length; tap++)
        i32[r++] = rows.start + (i * inputSites + siteOf[tap]) * rows.width;
    for (let m = 0; m < count; m++) i32[lists.a + m] = weights[m] + first * taps + k;
    arena.rowProduct(count, rows.width, (end - first) * length, lists.a, 1, lists.b, lists.c);
  };
  const addChannels = (
    rows: InputRows,
    t: number,
    channels: SiteChannels,
    first: number,
    end: number,
  ): void => {
    const [only] = runs[t];
    if (only?.length === taps) return multiply(rows, t, channels, [first, end], only);
    for (let i = first; i < end; i++)
      for (const run of runs[t]) multiply(rows, t, channels, [i, i + 1], run);
  };
  const aim = ({ targets, count }: SiteChannels, shift: number): void => {
    for (let m = 0; m < count; m++) i32[lists.c + m] = targets[m] + shift;
  };

  return (from, t, channels) => {
    if (from.dense > 0) {
      aim(channels, 0);
      addChannels({ start: from.denseRows, width: from.dense }, t, channels, 0, inChannels);
    }
    if (from.own === undefined) return;
    const own = blocks[from.own];
    const rows = { start: from.ownRows, width: from.ownWidth };
    for (let first = 0, end: number; first < inChannels; first = end) {
      // channels of one owner share their columns
      const start = ownStart(from, first * inputSites, own);
      end = first + 1;
      while (end < inChannels && ownStart(from, end * inputSites, own) === start) end++;
      aim(channels, start);
      addChannels(rows, t, channels, first, end);
    }
  };
}

/**
 * For each output site the runs of taps that meet an input: one run where these neighbour each
 * other, as everywhere outside the padding, otherwise every tap for itself.
 */
function tapRuns({ taps, sites, siteOf }: AffineGeometry): readonly (readonly TapRun[])[] {
  const all: readonly TapRun[] = [{ k: 0, length: taps }];
  return Array.from({ length: sites }, (_, t) => {
    const met: number[] = [];
    for (let k = 0; k < taps; k++) if (siteOf[t * taps + k] >= 0) met.push(k);
    if (met.length === taps) return all;
    const whole = met.length > 0 && met[met.length - 1] - met[0] + 1 === met.length;
    return whole ? [{ k: met[0], length: met.length }] : met.map((k) => ({ k, length: 1 }));
  });
}
