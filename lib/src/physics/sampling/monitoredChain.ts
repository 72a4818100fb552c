import { rankNormalisedRhat } from "../../core/statistics/rankNormalisedRhat.js";
import { median } from "../../core/statistics/statistics.js";
import { seriesColumn } from "./chainSeries.js";
import { disagreement, drift, pooledTauInt } from "./thermalisation.js";

/** What the report follows along the chains: M, M_s, nearest-neighbour correlator and S_KG/|Λ|. */
export type MonitoredObservable =
  "magnetisation" | "staggeredMagnetisation" | "neighbours" | "action";

/** A chain with the series of what is watched. */
export interface MonitoredChain {
  /** In trajectories; of M and M_s the larger of those of value and modulus. */
  readonly tauInt: number;
  readonly tauIntError: number;
  /**
   * Rank-normalised R̂ (`core.rankNormalisedRhat`); NaN for chains shorter than 16 trajectories.
   * M_s as modulus, and M too where it has
   *  no preferred sign or clusters change it. */
  readonly rHat: number;
  /**
   * χ² per degree of freedom of the means of the halves of the chains, of the values or of their
   * distances from the median, what is larger.
   */
  readonly disagreement: number;
  /**
   * Standard deviations between the first fifth and the second half; NaN for chains shorter than 40
   * trajectories.
   */
  readonly drift: number;
}

// Below, halves of a chain have too few samples to know their variance
const SHORTEST = 16;

const modulus = (values: Float64Array): Float64Array => values.map(Math.abs);

/**
 * Statistics of one observable over the chains of an ensemble.
 * @param series  of each chain, [trajectories, 7] in the columns of `seriesColumns`
 * @param signed  whether M has a sign of its own, which chains must agree on
 */
export function monitor(
  series: readonly Float64Array[],
  name: MonitoredObservable,
  signed: boolean,
): MonitoredChain {
  const values = series.map((one) => seriesColumn(one, name));
  const order = name === "magnetisation" || name === "staggeredMagnetisation";
  const followed = order && !signed ? values.map(modulus) : values;
  return monitorValues(values, followed, order ? values.map(modulus) : values);
}

/**
 * Statistics of the values of one observable along several chains.
 * @param followed  what the chains must agree on
 * @param other     τ_int is the larger of that of the values and of these (default: the values)
 */
export function monitorValues(
  values: readonly Float64Array[],
  followed: readonly Float64Array[],
  other: readonly Float64Array[] = values,
): MonitoredChain {
  const [first, second] = [pooledTauInt(values), pooledTauInt(other)];
  const larger = second.tauInt > first.tauInt ? second : first;
  const shortest = Math.min(...followed.map((one) => one.length));
  const cut = followed.map((one) => one.subarray(one.length - shortest));
  return {
    tauInt: larger.tauInt,
    tauIntError: larger.error,
    ...(shortest >= SHORTEST ? agreement(cut) : { rHat: NaN, disagreement: NaN }),
    drift: drift(followed),
  };
}

/** R̂ and χ² of the values and of their distances from the median: the worse of the two. */
function agreement(chains: readonly Float64Array[]): Pick<MonitoredChain, "rHat" | "disagreement"> {
  const centre = median(chains.flatMap((chain) => Array.from(chain)));
  const distances = chains.map((chain) => chain.map((value) => Math.abs(value - centre)));
  return {
    rHat: rankNormalisedRhat(chains),
    disagreement: Math.max(disagreement(chains), disagreement(distances)),
  };
}
