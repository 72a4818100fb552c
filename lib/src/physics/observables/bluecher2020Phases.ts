/**
 * Stretches of the hopping parameter κ at the couplings of Blücher et al. 2020, Table I, N = 16:
 * the antiferromagnetic (AFM), paramagnetic (PM) and ferromagnetic (FM) phase. Between them lie the
 * antiferromagnetic transition and, since the fermions break the reflection φ → −φ, a crossover.
 * The paper draws them without numbers; these are where the susceptibilities peak in our ensembles.
 */
export const bluecher2020Phases: readonly {
  readonly from: number;
  readonly to: number;
  readonly phase: "AFM" | "PM" | "FM";
}[] = [
  { from: -0.35, to: -0.195, phase: "AFM" },
  { from: -0.18, to: 0.16, phase: "PM" },
  { from: 0.19, to: 0.345, phase: "FM" },
];
