import { ConfigError } from "../../core/errors.js";
import { tensor } from "../../core/tensor.js";
import { cholesky } from "../../linalg/cholesky.js";
import { colourBlocks } from "../lattice/colourBlocks.js";
import { denseDirac, diracOperator } from "./diracOperator.js";
import { checkSites, type Lattice } from "../lattice/lattice.js";
import { sumOfLogarithms } from "./logSum.js";
import { luLogDeterminant } from "./luLogDeterminant.js";
import { checkDirac, type DiracParameters } from "../lattice/yukawaParameters.js";

const LARGEST = 4096; // 16³: a matrix of half that dimension takes 34 MB and some seconds

/**
 * ln |det D| of a field, exactly, by dense linear algebra.
 *
 * det D = det A_e · det(A_o + Kᵀ A_e⁻¹ K), see `colourBlocks`; where A > 0 at all sites the second
 * matrix is positive definite and half as large. Otherwise the whole of D is factorised.
 * @throws ConfigError for more than 4096 sites (1024 where A has no definite sign), and where
 *   `diracOperator` does
 */
export function diracLogDeterminant(
  lattice: Lattice,
  field: Float64Array,
  parameters: DiracParameters,
): number {
  checkDirac(parameters);
  checkSites(field, lattice, "diracLogDeterminant, field");
  const mass = field.map((phi) => parameters.fermionMass + parameters.yukawaCoupling * phi);
  if (mass.some((a) => !Number.isFinite(a))) return NaN;
  const definite = mass.every((a) => a > 0);
  const limit = definite ? LARGEST : LARGEST / 4;
  if (lattice.sites > limit) {
    throw new ConfigError(
      `diracLogDeterminant: ${lattice.sites} sites need a dense matrix; at most ${limit} are allowed. Use a smaller lattice, or ` +
        'the hopping expansion with correction: "fourth".',
      { sites: lattice.sites },
    );
  }
  if (!definite) return luLogDeterminant(denseDirac(diracOperator(lattice, field, parameters)));
  const even = mass.filter((_, n) => lattice.parity[n] > 0);
  const odd = tensor([lattice.sites / 2, lattice.sites / 2]);
  colourBlocks(lattice).fill(odd.data, -1, mass);
  return sumOfLogarithms(even) + cholesky(odd).logDeterminant;
}
