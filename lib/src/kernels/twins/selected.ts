import type { Views } from "../views.js";

/**
 * One row of weights times rows that a list names, for each of many selected features:
 *
 *   C[cRows[f] + shift + j] += factors[f] Σ_{first ≤ k < first+depth} A[aRows[f] + k] ·
 *   B[bRows[bLists[f] + k] + j]
 *
 * for f < features, j < n: an affine layer's tangents at those of its outputs that are needed.
 *
 * @param aRows    list of offsets, a row of weights for each feature
 * @param bLists   list of places in `bRows`, where the rows of each feature begin
 * @param bRows    list of offsets
 * @param cRows    list of offsets, where the sum of each feature goes
 * @param factors  offset of one double for each feature
 */
export function selectedProducts(
  { f64, i32 }: Views,
  features: number,
  n: number,
  first: number,
  depth: number,
  aRows: number,
  bLists: number,
  bRows: number,
  cRows: number,
  shift: number,
  factors: number,
): void {
  for (let f = 0; f < features; f++) {
    const c = i32[cRows + f] + shift;
    for (let k = first; k < first + depth; k++) {
      const weight = f64[factors + f] * f64[i32[aRows + f] + k];
      const b = i32[bRows + i32[bLists + f] + k];
      for (let j = 0; j < n; j++) f64[c + j] += weight * f64[b + j];
    }
  }
}

/**
 * The inputs that each of many selected features of an affine layer meets,
 *
 *   C[cRows[f] + i·taps + k] += factors[f] · X[i·inputSites + siteOf[sites[f]·taps + k]]
 *
 * for f < features, i < channels, k < taps: their derivatives by the weights of their own channel.
 *
 * @param x        offset of X, [channels, inputSites]
 * @param siteOf   list of input sites by output site and tap, −1 in the padding
 * @param sites    list of output sites, one for each feature
 * @param cRows    list of offsets
 * @param factors  offset of one double for each feature
 */
export function selectedPatches(
  { f64, i32 }: Views,
  features: number,
  channels: number,
  taps: number,
  inputSites: number,
  x: number,
  siteOf: number,
  sites: number,
  cRows: number,
  factors: number,
): void {
  for (let f = 0; f < features; f++) {
    const table = siteOf + i32[sites + f] * taps;
    for (let i = 0; i < channels; i++) {
      for (let k = 0; k < taps; k++) {
        const site = i32[table + k];
        if (site >= 0)
          f64[i32[cRows + f] + i * taps + k] += f64[factors + f] * f64[x + i * inputSites + site];
      }
    }
  }
}
