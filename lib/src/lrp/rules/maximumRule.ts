/** How a maximum pooling hands the relevance of a window to its entries. */
export interface MaximumRule {
  readonly kind: "maximum";
  readonly name: "winner takes all" | "ties shared" | "proportional";
}

/** All to the entry that was passed on, the first of equals: the gradient's path, and zennit's. */
export const winnerTakesAll: MaximumRule = { kind: "maximum", name: "winner takes all" };

/** In equal parts to all entries that attain the maximum. */
export const tiesShared: MaximumRule = { kind: "maximum", name: "ties shared" };

/**
 * In proportion to the positive parts, R_i = x⁺_i / Σ x⁺ R: the z⁺ rule of a sum, as Table III of
 * Blücher et al. 2020 can be read. Relevance of a window without a positive entry is lost and
 * reported.
 */
export const proportional: MaximumRule = { kind: "maximum", name: "proportional" };
