import type { AffineGeometry, PoolingMap } from "../../nn/layers/layer.js";

/**
 * An affine layer and the average pooling behind it as one affine layer of fewer sites:
 *
 *   (1/w) Σ_{t∈T} Σ_{i,k} W[o, i, k] x[i, site(t, k)] = Σ_{i,k} W[o, i, k] P[i, k, T],
 *   P[i, k, T] = (1/w) Σ_{t∈T} x[i, site(t, k)]
 *
 * Both are linear, so tangents and sums of products of them are formed for each window T rather
 * than for each of its sites.
 */
export interface PatchMeans {
  /** The value that the layer itself reads. */
  readonly from: number;
  readonly inChannels: number;
  readonly inputSites: number;
  /** Entries P of one channel, taps × windows. */
  readonly entries: number;
  /** 1/w. */
  readonly coefficient: number;
  /** Sites of the entry e of any channel: sites[starts[e] … starts[e+1] − 1]. */
  readonly starts: Int32Array;
  readonly sites: Int32Array;
}

/**
 * The means, and the layer over them; undefined where the pooling is none of means, reaches into
 * padding, or does not treat all channels alike.
 * @param from  the value that the layer reads
 */
export function patchMeans(
  geometry: AffineGeometry,
  pooling: PoolingMap,
  from: number,
): { readonly patches: PatchMeans; readonly geometry: AffineGeometry } | undefined {
  const { outChannels, inChannels, taps, sites, inputSites, siteOf } = geometry;
  const { window, coefficient, selects, coefficients, sources } = pooling;
  const windows = sources.length / window / outChannels;
  if (selects || coefficients || !Number.isInteger(windows)) return undefined;
  // a bias passes a mean as it is, but not a sum
  if (Math.abs(coefficient * window - 1) > 1e-12) return undefined;
  const channel = sources.subarray(0, windows * window);
  const alike = sources.every((source, p) => {
    const o = Math.floor(p / channel.length);
    return (
      source >= 0 &&
      channel[p % channel.length] < sites &&
      source === channel[p % channel.length] + o * sites
    );
  });
  if (!alike) return undefined;
  const starts = new Int32Array(taps * windows + 1);
  const found: number[] = [];
  for (let k = 0, e = 0; k < taps; k++) {
    for (let T = 0; T < windows; T++) {
      for (let p = T * window; p < (T + 1) * window; p++) {
        const site = siteOf[channel[p] * taps + k];
        if (site >= 0) found.push(site);
      }
      starts[++e] = found.length;
    }
  }
  const entries = taps * windows;
  return {
    patches: {
      from,
      inChannels,
      inputSites,
      entries,
      coefficient,
      starts,
      sites: Int32Array.from(found),
    },
    geometry: {
      outChannels,
      inChannels,
      taps,
      sites: windows,
      inputSites: entries,
      siteOf: Int32Array.from(
        { length: entries },
        (_, p) => (p % taps) * windows + Math.floor(p / taps),
      ),
    },
  };
}

/** P of one sample whose input begins at x[at]. */
export function meansOf(
  patches: PatchMeans,
  x: Float64Array,
  at: number,
  into: Float64Array,
): void {
  const { inChannels, inputSites, entries, coefficient, starts, sites } = patches;
  for (let i = 0; i < inChannels; i++) {
    for (let e = 0; e < entries; e++) {
      let sum = 0;
      for (let p = starts[e]; p < starts[e + 1]; p++) sum += x[at + i * inputSites + sites[p]];
      into[i * entries + e] = coefficient * sum;
    }
  }
}
