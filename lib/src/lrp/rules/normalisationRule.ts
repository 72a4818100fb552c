/** How the relevance of a normalisation goes to its input. */
export interface NormalisationRule {
  readonly kind: "normalisation";
  readonly name: "identity" | "centring";
}

/** R_i = R_j: the entry takes what its place has (Achtibat et al. 2024, AttnLRP). */
export const normalisationIdentity: NormalisationRule = { kind: "normalisation", name: "identity" };

/**
 * σ as a constant, R_i = Σ_j x_i (δ_ij − 1/N) R_j / (x_j − μ) (Ali et al. 2022). The identity where
 * no mean is taken off.
 */
export const normalisationCentring: NormalisationRule = { kind: "normalisation", name: "centring" };
