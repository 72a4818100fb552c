/** Secondary vertices of one jet as columns: measured, but for `origin`. */
export interface Vertices {
  count: number;
  /** Of the sum of its tracks as pions: GeV. */
  readonly pt: Float64Array;
  readonly energy: Float64Array;
  readonly mass: Float64Array;
  readonly eta: Float64Array;
  readonly phi: Float64Array;
  readonly tracks: Float64Array;
  /** χ² of the fit by degrees of freedom. */
  readonly chi2: Float64Array;
  /** Distance from the primary vertex, transverse and in space, cm, with their significances. */
  readonly dxy: Float64Array;
  readonly dxySignificance: Float64Array;
  readonly d3d: Float64Array;
  readonly d3dSignificance: Float64Array;
  /** Cosine of the angle between flight and momentum. */
  readonly cosine: Float64Array;
  /** FAKE, or that of the decay: FROM_BOTTOM … FROM_V0 of `Particles`. */
  readonly origin: Uint8Array;
  /** Vertices by falling transverse significance: the order in which they are stored. */
  readonly order: Int32Array;
}

/** Origin of a vertex of tracks that do not come from one decay. */
export const FAKE = 1;

const CAPACITY = 256; // more would not be stored anyway

/** An empty store. */
export function vertexStore(): Vertices {
  const reals = (): Float64Array => new Float64Array(CAPACITY);
  return {
    count: 0,
    pt: reals(),
    energy: reals(),
    mass: reals(),
    eta: reals(),
    phi: reals(),
    tracks: reals(),
    chi2: reals(),
    dxy: reals(),
    dxySignificance: reals(),
    d3d: reals(),
    d3dSignificance: reals(),
    cosine: reals(),
    origin: new Uint8Array(CAPACITY),
    order: new Int32Array(CAPACITY),
  };
}
