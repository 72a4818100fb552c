import { MASS } from "./particleData.js";

/** Colour factors of SU(3). */
export const CF: number = 4 / 3;
export const CA: number = 3;
export const TR: number = 1 / 2;

/**
 * Gluon into two gluons, x the fraction of one of them: Altarelli & Parisi (1977) with the 1/2 of
 * identical particles, written so that only x → 0 is singular (x and 1 − x mean the same
 * splitting):
 *
 *   P(x) = 2 C_A [(1 − x)/x + x(1 − x)/2],  0 < x < 1
 */
export function gluonToGluons(x: number): number {
  return (2 * CA * gluonToGluonsShare(x)) / x;
}

/** Quark into gluon (fraction x) and quark: P(x) = C_F (1 + (1 − x)²)/x. */
export function quarkToGluon(x: number): number {
  return (2 * CF * quarkToGluonShare(x)) / x;
}

/**
 * Gluon into quark (fraction x) and antiquark of one massless flavour: P(x) = T_R (x² + (1 − x)²).
 */
export function gluonToQuarks(x: number): number {
  return TR * gluonToQuarksShare(x);
}

/** P(x) by its overestimate 2 C_A/x; in (0, 1], as the next three. */
export function gluonToGluonsShare(x: number): number {
  return (1 - x) * (1 + 0.5 * x * x);
}

/** P(x) by 2 C_F/x. */
export function quarkToGluonShare(x: number): number {
  return 0.5 * (1 + (1 - x) * (1 - x));
}

/** P(x) by T_R. */
export function gluonToQuarksShare(x: number): number {
  return x * x + (1 - x) * (1 - x);
}

/**
 * Share left of g → QQ̄ by the quark's mass m: √(1 − 4m²/M²) (1 + 2m²/M²), 0 below threshold; as in
 * γ* → QQ̄.
 * @param squaredMass  M² = x(1 − x) p_T²θ², GeV²
 */
export function thresholdShare(squaredMass: number, quarkMass: number): number {
  const ratio = (quarkMass * quarkMass) / squaredMass;
  return ratio >= 0.25 ? 0 : Math.sqrt(1 - 4 * ratio) * (1 + 2 * ratio);
}

/**
 * Share left of gluon radiation at angle θ from a quark of mass m, the dead cone: (θ²/(θ² + θ₀²))²,
 * θ₀ = m/p_T.
 */
export function deadConeShare(angle: number, quarkMass: number, pt: number): number {
  const opening = quarkMass / pt;
  const share = (angle * angle) / (angle * angle + opening * opening);
  return share * share;
}

/** Mass of a quark for threshold and dead cone: 0 but for charm (4) and bottom (5). */
export function heavyQuarkMass(flavour: number): number {
  return flavour === 5 ? MASS.bottomQuark : flavour === 4 ? MASS.charmQuark : 0;
}
