import type { Rng } from "phaselens/core";
import { type DiracParameters, type Lattice, type YukawaParameters } from "phaselens/physics";
import { denseDirac, diracOperator } from "phaselens/internal/physics/fermions/diracOperator";

/** det D as ln |det D| and its sign. */
export interface SignedDeterminant {
  logarithm: number;
  sign: number;
}

/**
 * det D of fields, by plain elimination of the whole matrix: slow, and apart from the library's
 * determinants.
 */
export function denseDeterminant(
  lattice: Lattice,
  dirac: DiracParameters,
): (field: Float64Array) => SignedDeterminant {
  const n = lattice.sites;
  const hops = denseDirac(
    diracOperator(lattice, new Float64Array(n), { ...dirac, fermionMass: 0 }),
  ).data;
  const rows = Array.from({ length: n }, () => new Float64Array(n));
  return (field) => {
    for (let i = 0; i < n; i++) {
      rows[i].set(hops.subarray(i * n, (i + 1) * n));
      rows[i][i] = dirac.fermionMass + dirac.yukawaCoupling * field[i];
    }
    return eliminate(rows);
  };
}

function eliminate(rows: Float64Array[]): SignedDeterminant {
  let [logarithm, sign] = [0, 1];
  for (let k = 0; k < rows.length; k++) {
    let pivot = k;
    for (let i = k + 1; i < rows.length; i++)
      if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    if (pivot !== k) {
      [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
      sign = -sign;
    }
    const top = rows[k];
    const head = top[k];
    if (head < 0) sign = -sign;
    logarithm += Math.log(Math.abs(head));
    for (let i = k + 1; i < rows.length; i++) {
      const below = rows[i];
      const factor = below[k] / head;
      if (factor !== 0) for (let j = k; j < below.length; j++) below[j] -= factor * top[j];
    }
  }
  return { logarithm, sign };
}

/**
 * Configurations of (det D)² e^{−S_KG} by single-site Metropolis with the determinant of the whole
 * matrix for every proposal: an oracle for small lattices, independent of the library's samplers.
 * Proposals are uniform in ±1.8; 60 sweeps thermalise.
 */
export function* denseMetropolis(
  lattice: Lattice,
  parameters: YukawaParameters,
  rng: Rng,
): Generator<Float64Array, never, void> {
  const { sites, dimensions, neighbours } = lattice;
  const { hoppingParameter: kappa, quarticCoupling: lambda } = parameters;
  const determinant = denseDeterminant(lattice, parameters);
  const field = Float64Array.from({ length: sites }, () => 0.7 * rng.normal());
  let current = determinant(field).logarithm;
  for (let sweep = 0; ; sweep++) {
    if (sweep >= 60) yield field.slice();
    for (let n = 0; n < sites; n++) {
      let around = 0;
      for (let k = 0; k < 2 * dimensions; k++) around += field[neighbours[n * 2 * dimensions + k]];
      const scalar = (phi: number): number =>
        -2 * kappa * around * phi + (1 - 2 * lambda) * phi ** 2 + lambda * phi ** 4;
      const old = field[n];
      field[n] += 3.6 * (rng.uniform() - 0.5);
      const proposed = determinant(field).logarithm;
      if (rng.uniform() < Math.exp(2 * (proposed - current) + scalar(old) - scalar(field[n])))
        current = proposed;
      else field[n] = old;
    }
  }
}
