import type { Rng } from "../../core/random/rng.js";

/** Of ε in `peterson`, from LEP's spectra at leading order. */
export const BOTTOM_EPSILON = 0.006;
export const CHARM_EPSILON = 0.05;

/**
 * Share z of a heavy quark's momentum that its hadron keeps, up to normalisation: Peterson et al.,
 * Phys. Rev. D 27 (1983) 105,
 *
 *   f(z) = 1 / (z (1 − 1/z − ε/(1 − z))²),  0 < z < 1
 */
export function peterson(z: number, epsilon: number): number {
  const amplitude = 1 - 1 / z - epsilon / (1 - z);
  return 1 / (z * amplitude * amplitude);
}

/** Draws z, by rejection below the largest value of f, which lies near z = 1 − √ε. */
export function petersonSampler(epsilon: number): (rng: Rng) => number {
  const POINTS = 20_000;
  let largest = 0;
  for (let k = 1; k < POINTS; k++) largest = Math.max(largest, peterson(k / POINTS, epsilon));
  largest *= 1.001; // between two points of the grid f is larger by less than that
  return (rng) => {
    for (;;) {
      const z = rng.uniform();
      if (z > 0 && rng.uniform() * largest < peterson(z, epsilon)) return z;
    }
  };
}
