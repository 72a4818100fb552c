/**
 * An affine layer at a fixed input shape. Because it is bilinear, these three products with
 * arguments of the caller's choosing are also its tangents: ∂y/∂x·dx = apply(W, 0, dx), ∂y/∂θ·dθ =
 * apply(dW, db, x), and so on. All arrays are batches [n, …]; results are written over their
 * targets where the text says "=", added where "+=".
 */
export interface AffineMap {
  readonly geometry: AffineGeometry;
  /** y = A(weight) x + bias; `bias` undefined means none. */
  apply(
    weight: Float64Array,
    bias: Float64Array | undefined,
    x: Float64Array,
    y: Float64Array,
    batch: number,
  ): void;
  /** gx = A(weight)ᵀ g. */
  applyTransposed(weight: Float64Array, g: Float64Array, gx: Float64Array, batch: number): void;
  /** gWeight += Σ_n ∂⟨g_n, A(weight) x_n⟩/∂weight, gBias += Σ_n ∂⟨g_n, bias⟩/∂bias. */
  weightGradient(
    x: Float64Array,
    g: Float64Array,
    gWeight: Float64Array,
    gBias: Float64Array,
    batch: number,
  ): void;
}

/** Which input feature meets which weight: y[j, t] = Σ_{i,k} W[j, i, k] x[i, site(t, k)] + b[j]. */
export interface AffineGeometry {
  readonly outChannels: number;
  readonly inChannels: number;
  /** Weights for one pair of channels (1 for a dense layer). */
  readonly taps: number;
  /** Output sites of one channel. */
  readonly sites: number;
  /** Input sites of one channel. */
  readonly inputSites: number;
  /** `[sites, taps]`: input site, or −1 in the padding. */
  readonly siteOf: Int32Array;
}

/** A pooling at a fixed shape. */
export interface PoolingMap {
  /** Sources of one output feature: 1 for a maximum, the window for an average. */
  readonly window: number;
  readonly coefficient: number;
  /**
   * [features out], in place of `coefficient` where windows that reach into the padding have fewer
   * entries.
   */
  readonly coefficients?: Float64Array;
  /** True if the sources depend on the input (maximum). */
  readonly selects: boolean;
  /**
   * `[features out, window]`: the sources, when they do not depend on the input; −1 in the padding.
   */
  readonly sources: Int32Array;
  /**
   * [features out, entries of a window] of a maximum, −1 in the padding; absent where windows
   * neither overlap nor reach into the padding.
   */
  readonly windows?: Int32Array;
  /**
   * Writes y and, for a maximum, the sources of each sample [n, features out] (first of equals).
   */
  forward(x: Float64Array, y: Float64Array, sources: Int32Array, batch: number): void;
}
