/**
 * The equations of Blücher et al. 2020 that are implemented, each with the file of lib/src whose
 * docstring writes it out. What any model of physics may use stands in a room below.
 */
export const equations: Readonly<Record<string, string>> = {
  /** The action of the scalar field. */
  "Eq. (1)": "physics/lattice/kleinGordonAction.ts",
  /** The staggered Dirac operator. */
  "Eq. (2)": "physics/fermions/diracOperator.ts",
  /** The action with the fermions integrated out. */
  "Eq. (3)": "physics/lattice/yukawaAction.ts",
  /** Magnetisation M. */
  "Eq. (4)": "physics/observables/magnetisation.ts",
  /** Staggered magnetisation M_s. */
  "Eq. (5)": "physics/observables/magnetisation.ts",
  /** The map κ → −κ of the scalar theory. */
  "Eq. (6)": "physics/observables/magnetisation.ts",
  /** The connected correlator from one source slice; (B3) averages over all. */
  "Eq. (8)": "physics/observables/timeSlicedCorrelator.ts",
  /** O_PM, with one modulus: as printed it vanishes. */
  "Eq. (9)": "physics/observables/paramagneticObservable.ts",
  /** Dimensionless parameters. */
  "Eq. (A3)": "physics/lattice/dimensionless.ts",
  /** Samples of fields. */
  "Eq. (B1)": "papers/bluecher2020/labelled.ts",
  /** Samples of observables. */
  "Eq. (B2)": "papers/bluecher2020/observables.ts",
  /** The time-sliced correlator G_c(t). */
  "Eq. (B3)": "physics/observables/timeSlicedCorrelator.ts",
  /** Smeared bins as targets. */
  "Eq. (B4)": "nn/losses/bins.ts",
  /** Conservation of relevance. */
  "Eq. (C1)": "lrp/propagation/conservation.ts",
  /** A forest's prediction as bias and contributions. */
  "Eq. (D1)": "forest/contributions.ts",
  /** The loss with λ_Lasso on the first layer. */
  "Eq. (E1)": "papers/bluecher2020/training.ts",
};
