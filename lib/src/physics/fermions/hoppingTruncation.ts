import { mean } from "../../core/statistics/statistics.js";
import { row, type Tensor } from "../../core/tensor.js";
import type { EnsembleSpec } from "../sampling/ensembleSpec.js";
import { hoppingFourthOrder } from "./hoppingFourthOrder.js";
import { largestHop } from "./hoppingRange.js";
import type { Lattice } from "../lattice/lattice.js";
import { nearestNeighbourCorrelator } from "../observables/fieldCorrelator.js";
import { squaredField } from "../observables/localMoments.js";
import { magnetisation, staggeredMagnetisation } from "../observables/magnetisation.js";
import { power } from "../../core/power.js";

/**
 * What the first order of the hopping expansion that was left out would do to the observable that
 * it moves most.
 */
export interface HoppingTruncation {
  readonly observable: "M" | "|M_s|" | "φ²" | "the nearest-neighbour correlator";
  /** In standard deviations of the ensemble's mean. */
  readonly shift: number;
}

// Enough for correlations to a fifth; the fourth order of 16³ sites takes about .4 ms
const CONFIGURATIONS = 32;
const FEWEST = 16;
// Standard deviations of a mean: what cannot shift any by more is not measured
const NEGLIGIBLE = 0.1;

/**
 * The error of a truncated expansion, from the ensemble itself: to first order in what was left
 * out, ΔS = −2 (next order of ln det D), a mean moves by −cov(O, ΔS), which is |corr(O, ΔS)| sd(ΔS)
 * √n of its errors for n independent configurations. After the fourth order the next is estimated
 * as (‖K‖/⟨A⟩)² times it.
 * @param least        least |M_f + gφ| of the run
 * @param independent  number of independent configurations
 * @returns null where nothing was left out or it cannot shift any mean by a tenth of its error,
 *   with
 *   fewer than 16 configurations, and with fields outside the expansion
 */
export function hoppingTruncation(
  spec: EnsembleSpec,
  lattice: Lattice,
  fields: Tensor,
  least: number,
  independent: number,
): HoppingTruncation | null {
  const { fermions, order = 2, correction, parameters } = spec;
  const { fermionMass, yukawaCoupling } = parameters;
  const count = Math.min(CONFIGURATIONS, fields.shape[0]);
  if (fermions !== "hopping" || correction === "exact" || count < FEWEST) return null;
  const chosen = Array.from({ length: count }, (_, k) =>
    row(fields, Math.floor((k * fields.shape[0]) / count)),
  );
  const squares = mean(chosen.map(squaredField));
  const largest = spreadBound(lattice, yukawaCoupling, least, squares);
  if (largest * Math.sqrt(independent) < NEGLIGIBLE) return null;

  const massOf = (phi: number): number => fermionMass + yukawaCoupling * phi;
  const typical = massOf(mean(chosen.map(magnetisation)));
  const hasFourth = order === 4 || correction === "fourth";
  const factor = hasFourth ? (largestHop(lattice.shape) / typical) ** 2 : 1;
  const fourth = hoppingFourthOrder(lattice);
  const left = chosen.map((field) => {
    return -2 * factor * fourth.value(field.map((phi) => 1 / massOf(phi)));
  });
  if (!left.every(Number.isFinite)) return null;
  const observables: Record<HoppingTruncation["observable"], (field: Float64Array) => number> = {
    M: magnetisation,
    "|M_s|": (field) => Math.abs(staggeredMagnetisation(field, lattice)),
    "φ²": squaredField,
    "the nearest-neighbour correlator": (field) => nearestNeighbourCorrelator(field, lattice),
  };
  const shifts = Object.entries(observables).map(([name, of]): HoppingTruncation => {
    const shift = Math.abs(covarianceInUnits(chosen.map(of), left)) * Math.sqrt(independent);
    return { observable: name as HoppingTruncation["observable"], shift };
  });
  return shifts.reduce((most, one) => (one.shift > most.shift ? one : most));
}

/**
 * A bound of sd(ΔS) after the second order. |∂/∂w_n of the fourth| ≤ d² w³ for w the largest 1/A
 * (its walks counted with their weights), so that |∂ΔS/∂φ_n| ≤ 2|g| d² w⁵, and sd(ΔS) ≤ 2|g| d² w⁵
 * Σ_n sd(φ_n).
 */
function spreadBound(lattice: Lattice, g: number, least: number, squares: number): number {
  const { dimensions, sites } = lattice;
  return (2 * Math.abs(g) * dimensions ** 2 * sites * Math.sqrt(squares)) / power(least, 5);
}

/** cov(x, y)/sd(x), 0 for constant x. */
function covarianceInUnits(x: readonly number[], y: readonly number[]): number {
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, xy] = [0, 0];
  for (let k = 0; k < x.length; k++) {
    xx += (x[k] - meanX) ** 2;
    xy += (x[k] - meanX) * (y[k] - meanY);
  }
  return xx === 0 ? 0 : xy / Math.sqrt(xx * x.length);
}
