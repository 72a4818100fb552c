/** Tracks of one jet as columns: measured, but for `vertex`, `production…`, which is the truth. */
export interface Tracks {
  count: number;
  /** GeV. */
  readonly pt: Float64Array;
  readonly energy: Float64Array;
  readonly momentum: Float64Array;
  /** Relative error of p_T. */
  readonly ptError: Float64Array;
  readonly eta: Float64Array;
  readonly phi: Float64Array;
  readonly coshEta: Float64Array;
  readonly cosPhi: Float64Array;
  readonly sinPhi: Float64Array;
  /** Transverse and longitudinal impact parameters and their estimated errors, cm. */
  readonly dxy: Float64Array;
  readonly dz: Float64Array;
  readonly dxyError: Float64Array;
  readonly dzError: Float64Array;
  /** χ² of the fit by degrees of freedom. */
  readonly chi2: Float64Array;
  /**
   * Signed impact parameters, cm, and their significances; distance from the jet's axis, cm. See
   * `impactParameters`.
   */
  readonly sip2d: Float64Array;
  readonly sip2dSignificance: Float64Array;
  readonly sip3d: Float64Array;
  readonly sip3dSignificance: Float64Array;
  readonly axisDistance: Float64Array;
  /** Of `Particles`. */
  readonly vertex: Int32Array;
  /** Tracks by falling significance `sip2dSignificance`: the order in which they are stored. */
  readonly order: Int32Array;
}

const CAPACITY = 2048;

/** An empty store; tracks beyond 2048 would be dropped, and a jet of some TeV has a hundred. */
export function trackStore(): Tracks {
  const reals = (): Float64Array => new Float64Array(CAPACITY);
  return {
    count: 0,
    pt: reals(),
    energy: reals(),
    momentum: reals(),
    ptError: reals(),
    eta: reals(),
    phi: reals(),
    coshEta: reals(),
    cosPhi: reals(),
    sinPhi: reals(),
    dxy: reals(),
    dz: reals(),
    dxyError: reals(),
    dzError: reals(),
    chi2: reals(),
    sip2d: reals(),
    sip2dSignificance: reals(),
    sip3d: reals(),
    sip3dSignificance: reals(),
    axisDistance: reals(),
    vertex: new Int32Array(CAPACITY),
    order: new Int32Array(CAPACITY),
  };
}

/**
 * `order` of the first `count` entries by falling `key`, equal ones in their order: insertion, for
 * some tens of entries.
 */
export function sortFalling(order: Int32Array, key: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) {
    let at = i;
    for (; at > 0 && key[order[at - 1]] < key[i]; at--) order[at] = order[at - 1];
    order[at] = i;
  }
}
