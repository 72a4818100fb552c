import type { BinnedColumns } from "./bins.js";

/** Bins of a feature in a histogram, those of missing values last. */
const BINS = 256;
/** Σ gradient, Σ curvature and number of samples of a bin. */
const SUMS = 3;

/** Gradients and curvatures of the loss, [samples]. */
export interface Derivatives {
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
}

/** Sums over the samples of a node. */
export interface Sums {
  readonly gradient: number;
  readonly curvature: number;
  readonly count: number;
}

/** How a node is best split. */
export interface BoostSplit {
  readonly feature: number;
  /** Samples of this bin and those below go left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly gain: number;
  readonly left: Sums;
}

export interface SplitBounds {
  readonly minimumLeaf: number;
  readonly l2: number;
}

export const histogramLength = (features: number): number => features * BINS * SUMS;

/** Sums over the samples rows[begin … end − 1] by feature and bin. */
export function fillHistogram(
  { bins, samples, features }: BinnedColumns,
  { gradient, curvature }: Derivatives,
  rows: Int32Array,
  begin: number,
  end: number,
  into: Float64Array,
): void {
  into.fill(0);
  const count = end - begin;
  const [own, second] = [new Float64Array(count), new Float64Array(count)];
  for (let k = 0; k < count; k++) {
    own[k] = gradient[rows[begin + k]];
    second[k] = curvature[rows[begin + k]];
  }
  for (let f = 0; f < features; f++) {
    const column = f * samples;
    const from = f * BINS * SUMS;
    for (let k = 0; k < count; k++) {
      const at = from + bins[column + rows[begin + k]] * SUMS;
      into[at] += own[k];
      into[at + 1] += second[k];
      into[at + 2]++;
    }
  }
}

/** Less curvature than this decides nothing. */
const LEAST_CURVATURE = 1e-3;

/**
 * The split that lowers the loss most, to second order (Friedman 2001; Chen and Guestrin 2016, Eq.
 * 7), with missing values on the better side:
 *
 *   gain = G_l²/(H_l + λ) + G_r²/(H_r + λ) − G²/(H + λ)
 */
export function bestBoostSplit(
  histogram: Float64Array,
  { features, bounds, missing }: BinnedColumns,
  whole: Sums,
  { minimumLeaf, l2 }: SplitBounds,
): BoostSplit | undefined {
  const score = (g: number, h: number): number => (g * g) / (h + l2);
  const { gradient, curvature, count } = whole;
  const none = score(gradient, curvature);
  let best: BoostSplit | undefined;
  for (let f = 0; f < features; f++) {
    const from = f * BINS * SUMS;
    for (const missingLeft of missing[f] ? [false, true] : [false]) {
      // of splits that part the samples alike the first counts: from the side without missing ones
      let [g, h, c] = [0, 0, 0];
      const last = bounds[f].length;
      // the outermost of them parts what is missing from all that is there
      const outermost = missing[f] && !missingLeft ? last : last - 1;
      for (let step = 0; step <= outermost; step++) {
        const at = from + (missingLeft ? last - step : step) * SUMS;
        g += histogram[at];
        h += histogram[at + 1];
        c += histogram[at + 2];
        if (c < minimumLeaf || h < LEAST_CURVATURE) continue;
        if (count - c < minimumLeaf || curvature - h < LEAST_CURVATURE) break;
        const gain = score(g, h) + score(gradient - g, curvature - h) - none;
        if (!(gain > (best?.gain ?? 0))) continue;
        const near = { gradient: g, curvature: h, count: c };
        const far = { gradient: gradient - g, curvature: curvature - h, count: count - c };
        best = {
          feature: f,
          bin: missingLeft ? last - step - 1 : step,
          // without missing values in training they go where more samples go
          missingLeft: missing[f] ? missingLeft : 2 * c >= count,
          gain,
          left: missingLeft ? far : near,
        };
      }
    }
  }
  return best;
}
