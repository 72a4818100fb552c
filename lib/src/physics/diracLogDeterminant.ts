import { ConfigError } from "../core/errors.js";
import { tensor, type Tensor } from "../core/tensor.js";
import { cholesky } from "../linalg/cholesky.js";
import { denseDirac, diracOperator } from "./diracOperator.js";
import { checkSites, type Lattice } from "./lattice.js";
import { sumOfLogarithms } from "./logSum.js";
import { luLogDeterminant } from "./luLogDeterminant.js";
import { staggeredPhases } from "./staggeredPhases.js";
import { checkDirac, type DiracParameters } from "./yukawaParameters.js";

const LARGEST = 4096; // 16³: a matrix of half that dimension takes 34 MB and some seconds

/**
 * ln |det D| of a field, exactly, by dense linear algebra.
 *
 * Hops join even with odd sites only, D = [[A_e, K], [−Kᵀ, A_o]], so det D = det A_e · det(A_o + Kᵀ A_e⁻¹ K); where A > 0 at all
 * sites the second matrix is positive definite and half as large. Otherwise the whole of D is factorised.
 * @throws ConfigError  for more than 4096 sites (1024 where A has no definite sign), and where `diracOperator` does
 */
export function diracLogDeterminant(lattice: Lattice, field: Float64Array, parameters: DiracParameters): number {
  checkDirac(parameters);
  checkSites(field, lattice, "diracLogDeterminant, field");
  const mass = field.map((phi) => parameters.fermionMass + parameters.yukawaCoupling * phi);
  if (mass.some((a) => !Number.isFinite(a))) return NaN;
  const definite = mass.every((a) => a > 0);
  const limit = definite ? LARGEST : LARGEST / 4;
  if (lattice.sites > limit) {
    throw new ConfigError(
      `diracLogDeterminant: ${lattice.sites} sites need a dense matrix; at most ${limit} are allowed. Use a smaller lattice, or ` +
        'the hopping expansion with correction: "fourth".', { sites: lattice.sites });
  }
  if (!definite) return luLogDeterminant(denseDirac(diracOperator(lattice, field, parameters)));
  const even = mass.filter((_, n) => lattice.parity[n] > 0);
  return sumOfLogarithms(even) + cholesky(oddBlock(lattice, mass)).logDeterminant;
}

/** A_o + Kᵀ A_e⁻¹ K on the odd sites in their order, [sites/2, sites/2]. */
function oddBlock(lattice: Lattice, mass: Float64Array): Tensor {
  const { sites, dimensions: d, neighbours, parity } = lattice;
  const eta = staggeredPhases(lattice);
  const place = new Int32Array(sites); // of an odd site among the odd ones
  for (let n = 0, count = 0; n < sites; n++) if (parity[n] < 0) place[n] = count++;
  const half = sites / 2;
  const matrix = tensor([half, half]);
  for (let n = 0; n < sites; n++) {
    if (parity[n] < 0) {
      matrix.data[place[n] * (half + 1)] += mass[n];
      continue;
    }
    // row n of K: +½η forward, −½η backward; each even site gives the product of its row with itself
    for (let k = 0; k < 2 * d; k++) {
      const left = (k < d ? 0.5 : -0.5) * eta[n * d + (k % d)] / mass[n];
      const row = place[neighbours[n * 2 * d + k]] * half;
      for (let l = 0; l < 2 * d; l++) {
        const right = (l < d ? 0.5 : -0.5) * eta[n * d + (l % d)];
        matrix.data[row + place[neighbours[n * 2 * d + l]]] += left * right;
      }
    }
  }
  return matrix;
}
