/**
 * How the relevance of a product y = Σ_k a_k b_k goes to its two inputs:
 *
 *   R_a = ½ Σ a b R / (y + ε sign y), R_b likewise        "half and half"
 *
 * and all of it to the input that the layer calls its signal, "signal takes all"; products that
 * name none are halved by this rule too. Where y is one product, not a sum, nothing is divided.
 */
export interface ProductRule {
  readonly kind: "product";
  readonly name: "half and half" | "signal takes all";
  /** ε ≥ 0 of matrix products. */
  readonly stabiliser: number;
}

/** Of attention, queries times keys and weights times values (Achtibat et al. 2024, AttnLRP). */
export const halfAndHalf: ProductRule = {
  kind: "product",
  name: "half and half",
  stabiliser: 1e-9,
};

/**
 * Gates, masks and weights take nothing: what they let through carries all (Arras et al. 2017,
 * 2019, for recurrent networks).
 */
export const signalTakesAll: ProductRule = {
  kind: "product",
  name: "signal takes all",
  stabiliser: 1e-9,
};
