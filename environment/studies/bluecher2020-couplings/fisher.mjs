// Fisher matrix of the hopping parameter κ and the Yukawa coupling g, from samples.
import { core, linalg, physics } from "phaselens";
import { diracLogDeterminant } from "phaselens/internal/physics/fermions/diracLogDeterminant";

/** Of the difference in g: balances truncation, step², and rounding, ε/step, of ln det D. */
const STEP = 1e-4;

/**
 * What of ∂ ln p(φ)/∂(κ, g) depends on the field: the weight is e^{2κL} (det D)² times what knows
 * neither, so that the score is this less its mean.
 *
 *   ∂κ: 2L, L = Σ φφ′ over the links        ∂g: 2 ∂ ln|det D|/∂g = 2 Σ_n φ_n (D⁻¹)_nn
 *
 * @param {physics.Lattice} lattice  @param {Float64Array} field
 * @param {{ fermionMass: number, yukawaCoupling: number }} fermions
 */
export function scores(lattice, field, { fermionMass, yukawaCoupling }) {
  const links = lattice.sites * lattice.dimensions;
  const logDet = (g) => diracLogDeterminant(lattice, field, { fermionMass, yukawaCoupling: g });
  return [
    2 * links * physics.nearestNeighbourCorrelator(field, lattice),
    (logDet(yukawaCoupling + STEP) - logDet(yukawaCoupling - STEP)) / STEP,
  ];
}

/**
 * I of one configuration, the covariance of the scores, and the least standard deviations of
 * unbiased estimators from it: of both together, √(I⁻¹)_aa, and of each if the other is known,
 * 1/√I_aa.
 * @param {number[][]} rows  [n][2]
 */
export function fisher(rows) {
  const centre = [0, 1].map((a) => core.mean(rows.map((row) => row[a])));
  const entry = (a, b) =>
    rows.reduce((sum, row) => sum + (row[a] - centre[a]) * (row[b] - centre[b]), 0) /
    (rows.length - 1);
  const [kk, kg, gg] = [entry(0, 0), entry(0, 1), entry(1, 1)];
  const inverse = linalg.cholesky(core.tensor([2, 2], [kk, kg, kg, gg]));
  const own = [0, 1].map(
    (a) => inverse.solve(Float64Array.from([0, 1], (b) => Number(a === b)))[a],
  );
  return {
    information: [kk, kg, gg],
    together: own.map(Math.sqrt),
    alone: [kk, gg].map((v) => 1 / Math.sqrt(v)),
  };
}
