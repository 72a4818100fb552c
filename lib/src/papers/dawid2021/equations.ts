/**
 * The equations of Dawid et al. 2021 that are implemented, each with the file of lib/src whose
 * docstring writes it out. What serves any model stands in a room below.
 */
export const equations: Readonly<Record<string, string>> = {
  /** Influence function. */
  "Eq. (1)": "hessian/influence/influence.ts",
  /** Similarity. */
  "Eq. (2)": "hessian/influence/influence.ts",
  /** RelatIF. */
  "Eq. (3)": "hessian/influence/influence.ts",
  /** Resampling uncertainty, with the 1/n that the print lacks. */
  "Eq. (4)": "hessian/resampling/bootstrap.ts",
  /** Extrapolation score. */
  "Eq. (5)": "hessian/influence/extrapolation.ts",
  /** The Hamiltonian of the chain; the hopping is J/2. */
  "Eq. (6)": "physics/hubbard/hubbardTerms.ts",
};
