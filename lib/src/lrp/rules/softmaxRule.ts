/** How the relevance of a softmax goes to its input. */
export interface SoftmaxRule {
  readonly kind: "softmax";
  readonly name: "Taylor";
}

/**
 * Gradient times input of the layer itself, R_i = x_i (R_i − s_i Σ_j R_j) (Achtibat et al. 2024,
 * AttnLRP, Eq. 13; of a logarithm with R_j/y_j in place of R_j and 1 in place of the first s). It
 * conserves nothing: what is gained or lost is in the books.
 */
export const softmaxTaylor: SoftmaxRule = { kind: "softmax", name: "Taylor" };
