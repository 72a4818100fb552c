import { ConfigError } from "../../core/errors.js";
import type { Lattice } from "./lattice.js";

/** Couplings of the scalar field in the dimensionless form of Blücher et al. 2020, Eq. (1). */
export interface KleinGordonParameters {
  /** κ */
  readonly hoppingParameter: number;
  /** λ ≥ 0; the paper has 1.1. */
  readonly quarticCoupling: number;
}

/** Couplings of the fermions, Eq. (2). */
export interface DiracParameters {
  /** M_f ≥ 0; the paper has 20. */
  readonly fermionMass: number;
  /** g; the paper has .25. */
  readonly yukawaCoupling: number;
}

/** Couplings of the Yukawa model: those of the scalar field, fermion mass and Yukawa coupling. */
export interface YukawaParameters extends KleinGordonParameters, DiracParameters {}

/**
 * @throws ConfigError for a lattice of other than 2 to 4 dimensions, κ or λ that is no finite
 *   number, λ < 0, and for λ = 0 with |κ| ≥ 1/2d: the action is then not bounded below
 */
export function checkKleinGordon(
  { hoppingParameter, quarticCoupling }: KleinGordonParameters,
  { dimensions, shape }: Lattice,
): void {
  if (!(dimensions >= 2 && dimensions <= 4)) {
    throw new ConfigError(
      `the shape [${shape}] has ${dimensions} extents; scalar fields are on lattices of 2, 3 or 4. Use e.g. [16, 16, 16].`,
      { shape },
    );
  }
  if (!Number.isFinite(hoppingParameter)) {
    throw new ConfigError(
      `hoppingParameter is ${hoppingParameter}; it must be a finite number, e.g. 0.18.`,
      { hoppingParameter },
    );
  }
  if (!(quarticCoupling >= 0 && Number.isFinite(quarticCoupling))) {
    throw new ConfigError(
      `quarticCoupling is ${quarticCoupling}; it must be a finite number, and below 0 the action has no lower bound. Use e.g. 1.1.`,
      { quarticCoupling },
    );
  }
  if (quarticCoupling === 0 && 2 * dimensions * Math.abs(hoppingParameter) >= 1) {
    throw new ConfigError(
      `hoppingParameter is ${hoppingParameter} with quarticCoupling 0; the free action in ${dimensions} dimensions has no lower ` +
        `bound then. Keep |hoppingParameter| below ${1 / (2 * dimensions)}.`,
      { hoppingParameter, quarticCoupling },
    );
  }
}

/** @throws ConfigError  for M_f or g that is no finite number, and for M_f < 0 */
export function checkDirac({ fermionMass, yukawaCoupling }: DiracParameters): void {
  if (!(fermionMass >= 0 && Number.isFinite(fermionMass))) {
    throw new ConfigError(
      `fermionMass is ${fermionMass}; it must be a finite number of at least 0, e.g. 20.`,
      { fermionMass },
    );
  }
  if (!Number.isFinite(yukawaCoupling)) {
    throw new ConfigError(
      `yukawaCoupling is ${yukawaCoupling}; it must be a finite number, e.g. 0.25.`,
      { yukawaCoupling },
    );
  }
}

/**
 * How det(DᵀD) enters: by two pseudofermions, exactly where M_f + gφ keeps its sign; by its
 * expansion in the hops, local and ten times cheaper, for large M_f (`largestHop`); or not at all.
 */
export type Fermions = "pseudofermion" | "hopping" | "quenched";
