import { gelmanRubin } from "../core/gelmanRubin.js";
import { seriesColumn } from "./chainSeries.js";
import { disagreement, drift, pooledTauInt } from "./thermalisation.js";

/** What the report follows along the chains: M, M_s, nearest-neighbour correlator and S_KG/|Λ|. */
export type MonitoredObservable = "magnetisation" | "staggeredMagnetisation" | "neighbours" | "action";

export interface MonitoredChain {
  /** In trajectories; of M and M_s the larger of those of value and modulus. */
  readonly tauInt: number;
  readonly tauIntError: number;
  /** R̂ over the halves of the chains; NaN if they are shorter than 16 trajectories. M_s as modulus, and M too where it has no
   *  preferred sign or clusters change it. */
  readonly gelmanRubin: number;
  /** χ² per degree of freedom of the means of those halves. */
  readonly disagreement: number;
  /** Standard deviations between the first fifth and the second half; NaN for chains shorter than 40 trajectories. */
  readonly drift: number;
}

// Below, halves of a chain have too few samples to know their variance
const SHORTEST = 16;

const modulus = (values: Float64Array): Float64Array => values.map(Math.abs);

/** Statistics of one observable over the chains' series. */
export function monitor(series: readonly Float64Array[], name: MonitoredObservable, signed: boolean): MonitoredChain {
  const values = series.map((one) => seriesColumn(one, name));
  const order = name === "magnetisation" || name === "staggeredMagnetisation";
  const followed = order && !signed ? values.map(modulus) : values;
  const [first, second] = [pooledTauInt(values), pooledTauInt(order ? values.map(modulus) : values)];
  const larger = second.tauInt > first.tauInt ? second : first;
  const shortest = Math.min(...followed.map((one) => one.length));
  const cut = followed.map((one) => one.subarray(one.length - shortest));
  return {
    tauInt: larger.tauInt,
    tauIntError: larger.error,
    gelmanRubin: shortest >= SHORTEST ? gelmanRubin(cut) : NaN,
    disagreement: shortest >= SHORTEST ? disagreement(cut) : NaN,
    drift: drift(followed),
  };
}
