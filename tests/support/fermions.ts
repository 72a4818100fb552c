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
  const matrix = denseMatrix(lattice, dirac, sitesOf(lattice));
  return (field) => eliminate(matrix(field), lattice.sites);
}

const sitesOf = ({ sites }: Lattice): number[] => Array.from({ length: sites }, (_, n) => n);

/** The rows of D of fields, with the sites in an order; they are filled anew for each field. */
function denseMatrix(
  lattice: Lattice,
  dirac: DiracParameters,
  order: readonly number[],
): (field: Float64Array) => Float64Array[] {
  const n = lattice.sites;
  const hops = denseDirac(
    diracOperator(lattice, new Float64Array(n), { ...dirac, fermionMass: 0 }),
  ).data;
  const ordered = order.map((site) => Float64Array.from(order, (other) => hops[site * n + other]));
  const rows = ordered.map((row) => row.slice());
  return (field) => {
    for (let i = 0; i < n; i++) {
      rows[i].set(ordered[i]);
      rows[i][i] = dirac.fermionMass + dirac.yukawaCoupling * field[order[i]];
    }
    return rows;
  };
}

/**
 * The first `count` columns, with pivots from the first `count` rows. Behind them stays what the
 * others are left with, of which the determinant is a factor of the whole one.
 */
function eliminate(rows: Float64Array[], count: number): SignedDeterminant {
  let [logarithm, sign] = [0, 1];
  for (let k = 0; k < count; k++) {
    let pivot = k;
    for (let i = k + 1; i < count; i++)
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
 * det D of a field while all but a few sites stay as they are: those are eliminated once for all
 * proposals, and the few for each of them.
 * @param changing  sites that may change
 * @returns a function of the field from which proposals set out
 */
export function partDeterminant(
  lattice: Lattice,
  dirac: DiracParameters,
  changing: readonly number[],
): (start: Float64Array) => (field: Float64Array) => SignedDeterminant {
  const fixed = sitesOf(lattice).filter((n) => !changing.includes(n));
  const matrix = denseMatrix(lattice, dirac, [...fixed, ...changing]);
  return (start) => {
    const rows = matrix(start);
    const others = eliminate(rows, fixed.length);
    const left = rows.slice(fixed.length).map((row) => row.slice(fixed.length));
    const at = changing.map((site) => start[site]);
    const work = left.map((row) => row.slice());
    return (field) => {
      left.forEach((row, i) => {
        work[i].set(row);
        work[i][i] += dirac.yukawaCoupling * (field[changing[i]] - at[i]);
      });
      const few = eliminate(work, work.length);
      return { logarithm: others.logarithm + few.logarithm, sign: others.sign * few.sign };
    };
  };
}

/**
 * Configurations of (det D)² e^{−S_KG} by single-site Metropolis with the determinant of the whole
 * matrix for every proposal: an oracle for small lattices, independent of the library's samplers.
 * Proposals are uniform in ±1.8; 60 sweeps thermalise. The other three quarters of the sites are
 * eliminated once for all proposals to a quarter.
 */
export function* denseMetropolis(
  lattice: Lattice,
  parameters: YukawaParameters,
  rng: Rng,
): Generator<Float64Array, never, void> {
  const { sites, dimensions, neighbours } = lattice;
  const { hoppingParameter: kappa, quarticCoupling: lambda } = parameters;
  const quarter = Math.ceil(sites / 4);
  const quarters = [0, 1, 2, 3].map((q) =>
    partDeterminant(lattice, parameters, sitesOf(lattice).slice(q * quarter, (q + 1) * quarter)),
  );
  const field = Float64Array.from({ length: sites }, () => 0.7 * rng.normal());
  let determinant = quarters[0](field);
  let current = determinant(field).logarithm;
  for (let sweep = 0; ; sweep++) {
    if (sweep >= 60) yield field.slice();
    for (let n = 0; n < sites; n++) {
      if (n % quarter === 0) determinant = quarters[n / quarter](field);
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
