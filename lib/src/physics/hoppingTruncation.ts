import { mean } from "../core/statistics.js";
import { row, type Tensor } from "../core/tensor.js";
import type { EnsembleSpec } from "./ensembleSpec.js";
import { hoppingFourthOrder } from "./hoppingFourthOrder.js";
import { largestHop } from "./hoppingRange.js";
import type { Lattice } from "./lattice.js";
import { nearestNeighbourCorrelator } from "./observables/fieldCorrelator.js";
import { squaredField } from "./observables/localMoments.js";
import { magnetisation, staggeredMagnetisation } from "./observables/magnetisation.js";

/**
 * What the first order of the hopping expansion that was left out would do to the observable that
 * it moves most.
 */
export interface HoppingTruncation {
  readonly observable: "M" | "|M_s|" | "φ²" | "the nearest-neighbour correlator";
  /** In standard deviations of the ensemble's mean. */
  readonly shift: number;
}

// Enough for correlations to a tenth; the fourth order of 16³ sites takes about .4 ms
const CONFIGURATIONS = 100;
const FEWEST = 16;

/**
 * The error of a truncated expansion, from the ensemble itself: to first order in what was left
 * out, ΔS = −2 (next order of ln det D), a mean moves by −cov(O, ΔS), which is |corr(O, ΔS)| sd(ΔS)
 * √n of its errors for n independent configurations. After the fourth order the next is estimated
 * as (‖K‖/⟨A⟩)² times it.
 * @returns null where nothing was left out, with fewer than 16 configurations, and with fields
 *   outside the expansion
 */
export function hoppingTruncation(
  spec: EnsembleSpec,
  lattice: Lattice,
  fields: Tensor,
  independent: number,
): HoppingTruncation | null {
  const { fermions, order = 2, correction, parameters } = spec;
  const count = Math.min(CONFIGURATIONS, fields.shape[0]);
  if (fermions !== "hopping" || correction === "exact" || count < FEWEST) return null;
  const { fermionMass, yukawaCoupling } = parameters;
  const chosen = Array.from({ length: count }, (_, k) =>
    row(fields, Math.floor((k * fields.shape[0]) / count)),
  );
  const fourth = hoppingFourthOrder(lattice);
  const factor =
    order === 4 || correction === "fourth"
      ? (largestHop(lattice.shape) /
          (fermionMass + yukawaCoupling * mean(chosen.map(magnetisation)))) **
        2
      : 1;
  const left = chosen.map(
    (field) =>
      -2 * factor * fourth.value(field.map((phi) => 1 / (fermionMass + yukawaCoupling * phi))),
  );
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
