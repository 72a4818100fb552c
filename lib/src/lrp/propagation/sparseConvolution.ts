import type { AffineGeometry } from "../../nn/layers/layer.js";
import type { ZeroDenominators } from "../rules/loss.js";

/**
 * Where the relevance of a value can differ from 0, if that is known: below a maximum pooling whose
 * winner takes all, one entry of each window. The entries are listed for each sample, [capacity,
 * count].
 */
export interface Support {
  readonly indices: Int32Array;
  readonly count: number;
}

/**
 * gx = A(weight)ᵀ (R · reciprocal) of a convolution for a rule whose denominators do not depend on
 * the data, visiting only the support of R: an eighth of its output in three dimensions.
 */
export function scatterSupport(
  { taps, sites, inChannels, inputSites, siteOf }: AffineGeometry,
  { indices, count }: Support,
  weight: Float64Array,
  reciprocal: Float64Array,
  share: number,
  relevance: Float64Array,
  gx: Float64Array,
  batch: number,
  lost: ZeroDenominators,
): void {
  const height = reciprocal.length;
  const width = inChannels * inputSites;
  gx.fill(0, 0, batch * width);
  for (let n = 0, q = 0; n < batch; n++) {
    for (const end = q + count; q < end; q++) {
      const p = indices[q];
      const r = relevance[n * height + p];
      if (r === 0) continue;
      const value = r * reciprocal[p];
      if (value === 0) {
        lost.relevance[n] += share * r;
        lost.count++;
        continue;
      }
      const j = Math.floor(p / sites);
      const table = (p - j * sites) * taps;
      for (let i = 0; i < inChannels; i++) {
        const w = (j * inChannels + i) * taps;
        const start = n * width + i * inputSites;
        for (let k = 0; k < taps; k++) {
          const site = siteOf[table + k];
          if (site >= 0) gx[start + site] += weight[w + k] * value;
        }
      }
    }
  }
}

/** out_n += Σ over the support of row n. */
export function addSupportSums(
  values: Float64Array,
  { indices, count }: Support,
  rows: number,
  width: number,
  out: Float64Array,
): void {
  for (let n = 0, q = 0; n < rows; n++) {
    let sum = 0;
    for (const end = q + count; q < end; q++) sum += values[n * width + indices[q]];
    out[n] += sum;
  }
}
