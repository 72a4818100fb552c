import type { KleinGordonParameters } from "../lattice/yukawaParameters.js";

/**
 * The |φ| at which the scalar action of a uniform or staggered field, whichever costs less, lies
 * `excess` a site above its least value:
 *
 *   s(φ) = (1 − 2λ − 2d|κ|) φ² + λφ⁴ ≤ S_KG/|Λ| of any field with ⟨φ²⟩ as large
 *
 * With an excess of 8 it is what the sites of a run reach now and then, with 50 what none ever
 * does.
 */
export function fieldReach(
  { hoppingParameter, quarticCoupling: lambda }: KleinGordonParameters,
  dimensions: number,
  excess: number,
): number {
  const linear = 1 - 2 * lambda - 2 * dimensions * Math.abs(hoppingParameter);
  const above = linear < 0 ? excess - (linear * linear) / (4 * lambda) : excess; // s itself
  const root = Math.sqrt(linear * linear + 4 * lambda * above);
  return Math.sqrt(linear < 0 ? (root - linear) / (2 * lambda) : (2 * above) / (root + linear));
}
