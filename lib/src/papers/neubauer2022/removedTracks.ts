import { makeRng } from "../../core/random/rng.js";
import { mean } from "../../core/statistics/statistics.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { predict } from "../../nn/losses/risk.js";
import type { Network } from "../../nn/network/network.js";
import { isHeavy, slotsThere } from "./trueOrigins.js";

/** Mean change of the margin z₁ − z₀ when tracks are masked. */
export interface RemovedTracks {
  /** Those of most relevance. */
  readonly mostRelevant: number;
  readonly atRandom: number;
  /** Those of b and c decays, the first of them. */
  readonly heavy: number;
}

/** Relevance and origin of tracks [jets, slots], and how many are taken out of each jet. */
interface Removed {
  readonly tracks: Tensor;
  readonly origin: Int32Array;
  readonly removed: number;
}

/** What becomes of the margin of jets if some of their tracks are masked. */
export function removedTracks(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  { tracks, origin, removed }: Removed,
): RemovedTracks {
  const [n, slots] = tracks.shape;
  const mask = network.inputs!.find(({ name }) => name === "tracks_mask")!;
  const width = x.data.length / n;
  const before = margins(network, theta, x);
  const change = (order: (jet: number, there: number[]) => readonly number[]): number => {
    const fewer = tensor(x.shape, x.data.slice());
    for (let jet = 0; jet < n; jet++)
      for (const slot of order(jet, slotsThere(origin, jet, slots)).slice(0, removed))
        fewer.data[jet * width + mask.start + slot] = 0;
    return mean(margins(network, theta, fewer).map((margin, jet) => margin - before[jet]));
  };
  const rng = makeRng(1, "tracks taken out at random");
  return {
    mostRelevant: change((jet, there) =>
      there.sort((a, b) => tracks.data[jet * slots + b] - tracks.data[jet * slots + a]),
    ),
    atRandom: change((_, there) => Array.from(rng.permutation(there.length), (k) => there[k])),
    heavy: change((jet, there) => there.filter((s) => isHeavy(origin[jet * slots + s]))),
  };
}

const margins = (network: Network, theta: Float64Array, x: Tensor): number[] => {
  const { data } = predict(network, theta, x);
  return Array.from({ length: x.shape[0] }, (_, jet) => data[2 * jet + 1] - data[2 * jet]);
};
