import { ConfigError } from "../../core/errors.js";
import type { Lattice } from "./lattice.js";

/**
 * Phases of the staggered fermions, [sites, d].
 *
 *   η_1(n) = 1,   η_i(n) = (−1)^{n_1 + … + n_{i−1}}        Blücher et al. 2020, below Eq. (2)
 *
 * @throws ConfigError  where `checkStaggeredShape` does
 */
export function staggeredPhases(lattice: Lattice): Float64Array {
  checkStaggeredShape(lattice.shape);
  const { shape, dimensions, sites } = lattice;
  const phases = new Float64Array(sites * dimensions);
  for (let n = 0; n < sites; n++) {
    let phase = 1;
    let stride = sites;
    for (let axis = 0; axis < dimensions; axis++) {
      phases[n * dimensions + axis] = phase;
      stride /= shape[axis];
      // every extent is even, so n_i has the parity of ⌊n / stride⌋
      if (Math.floor(n / stride) % 2 === 1) phase = -phase;
    }
  }
  return phases;
}

/**
 * Staggered fermions need even extents, or their phases do not close around the lattice, and at
 * least 4, because on an extent of 2 the hops forward and backward lead to the same site and
 * cancel.
 * @throws ConfigError  naming the extent
 */
export function checkStaggeredShape(shape: readonly number[]): void {
  for (const extent of shape) {
    if (extent % 2 !== 0 || extent < 4) {
      const why =
        extent % 2 !== 0
          ? "is odd, and the phases do not close around it"
          : "is below 4, and hops forward and backward cancel";
      throw new ConfigError(
        `staggered fermions: the extent ${extent} of [${shape}] ${why}. Use even extents of at least 4, or fermions: "quenched".`,
        { shape },
      );
    }
  }
}
