import { takes } from "../../core/arguments/takes.js";
import { count, optional, record } from "../../core/arguments/kinds.js";
import { auc } from "../../core/statistics/auc.js";
import { mean } from "../../core/statistics/statistics.js";
import { ConfigError } from "../../core/errors.js";
import { takeRows, tensor, type Tensor } from "../../core/tensor.js";
import { aMethod } from "../../lrp/arguments.js";
import { attribute } from "../../lrp/methods/attribute.js";
import type { AttributionMethod } from "../../lrp/methods/method.js";
import { layerwise } from "../../lrp/propagation/layerwise.js";
import type { Composite } from "../../lrp/rules/composite.js";
import { uniform } from "../../lrp/rules/composites.js";
import { gamma } from "../../lrp/rules/rules.js";
import { aNetwork } from "../../nn/arguments.js";
import { unpack } from "../../nn/network/namedInputs.js";
import type { Network } from "../../nn/network/network.js";
import { trackOrigins, type JetSample } from "../../physics/jets/jetSample.js";
import { objectSamples } from "../../taggers/objectSamples.js";
import { taggedOnes, type TaggedJets } from "./taggedJets.js";
import { removedTracks, type RemovedTracks } from "./removedTracks.js";
import { isHeavy, slotsThere, trueOrigins } from "./trueOrigins.js";

/** Options of `explainedTracks`. */
export interface ExplainedTracksOptions {
  /** Of the H → bb̄ jets, the first so many (default 200). */
  readonly jets?: number;
  /** What relevance is (default by rules, γ = 0.25 in all that is linear). */
  readonly method?: AttributionMethod;
  /** Tracks that are taken out of each jet (default 3). */
  readonly removed?: number;
}

/** What a tagger of sets sees in the tracks of H → bb̄ jets, beside what they are. */
export interface ExplainedTracks {
  /** Samples of the network, [jets, entries]. */
  readonly x: Tensor;
  /** The rows of the sample that these jets are. */
  readonly rows: readonly number[];
  /** For H → bb̄, Σ over the features of a track: [jets, slots], padding 0. */
  readonly relevance: Tensor;
  /** [jets, slots], by `physics.trackOrigins`; 0 for padding. */
  readonly origin: Int32Array;
  /** Shares of all tracks and of their positive relevance. */
  readonly shares: readonly {
    readonly origin: string;
    readonly tracks: number;
    readonly relevance: number;
  }[];
  /** Share of positive relevance on tracks of b and c decays, over their share of the tracks. */
  readonly enrichment: number;
  /**
   * Probability that a track of a b or c decay has more relevance than another track of its jet:
   * AUC within a jet, mean over jets that have both.
   */
  readonly ranking: number;
  readonly removal: RemovedTracks;
  /** Σ |relevance| of the inputs called `…_mask`. */
  readonly ofMasks: number;
}

/** The margin z₁ − z₀, which is above 0 for jets that are taken for H → bb̄. */
export const forSignal = { difference: [1, 0] } as const;

/** γ = 0.25 in all that is linear, the sums of attention and of edges too. */
export const gammaEverywhere: Composite = uniform(gamma(0.25, 1e-6));

/**
 * Relevance of tracks for H → bb̄ (of the margin z₁ − z₀) beside their true origin, and whether it
 * tells what the network needs: the margin without the tracks of most relevance. The network is one
 * of sets with an input `tracks`, such as `trainedTaggers` trains.
 * @throws ConfigError for a network without tracks, and for jets from files, whose tracks have no
 *   known origin
 */
export function explainedTracks(
  network: Network,
  theta: Float64Array,
  jets: TaggedJets<JetSample>,
  options: ExplainedTracksOptions = {},
): ExplainedTracks {
  takes("explainedTracks", {
    network: [network, aNetwork],
    jets: [jets, taggedOnes],
    options: [
      options,
      record({
        jets: optional(count(1)),
        method: optional(aMethod),
        removed: optional(count(1)),
      }),
    ],
  });
  const { method = layerwise(gammaEverywhere), removed = 3 } = options;
  const slots = slotsOf(network);
  const rows = jets.signal.flatMap((is, n) => (is ? [n] : [])).slice(0, options.jets ?? 200);
  const x = takeRows(objectSamples(network, jets.inputs), rows);
  const found = attribute(network, theta, x, method, { start: forSignal });
  const parts = unpack(network, found.at[0]);
  const tracks = sumOfFeatures(parts.tracks);
  const origin = trueOrigins(jets.sample, "tracks", rows, slots);
  const ofMasks = Object.entries(parts)
    .filter(([name]) => name.endsWith("_mask"))
    .reduce((sum, [, { data }]) => data.reduce((a, v) => a + Math.abs(v), sum), 0);
  const shares = sharesOf(tracks.data, origin);
  const heavy = shares.filter((_, k) => isHeavy(k + 1));
  const total = (field: "tracks" | "relevance"): number =>
    heavy.reduce((sum, share) => sum + share[field], 0);
  return {
    x,
    rows,
    relevance: tracks,
    origin,
    shares,
    enrichment: total("relevance") / total("tracks"),
    ranking: rankingOf(tracks, origin),
    removal: removedTracks(network, theta, x, { tracks, origin, removed }),
    ofMasks,
  };
}

function slotsOf({ inputs, name }: Network): number {
  const shape = inputs?.find((input) => input.name === "tracks")?.shape;
  if (!shape)
    throw new ConfigError(
      `explainedTracks: ${name} has no input called tracks. Make it with sets: { tracks: [features, slots] }.`,
    );
  return shape[1];
}

/** [jets, features, slots] summed over features. */
function sumOfFeatures({ shape: [n, features, slots], data }: Tensor): Tensor {
  const out = tensor([n, slots]);
  for (let p = 0; p < data.length; p++)
    out.data[Math.floor(p / (features * slots)) * slots + (p % slots)] += data[p];
  return out;
}

function sharesOf(relevance_: Float64Array, origin: Int32Array): ExplainedTracks["shares"] {
  const sums = trackOrigins.map(() => ({ tracks: 0, relevance: 0 }));
  origin.forEach((of, p) => {
    sums[of].tracks += 1;
    sums[of].relevance += Math.max(0, relevance_[p]);
  });
  const there = sums.slice(1);
  const all = (field: "tracks" | "relevance"): number =>
    there.reduce((sum, one) => sum + one[field], 0) || 1;
  const [tracks, positive] = [all("tracks"), all("relevance")];
  return there.map((one, k) => ({
    origin: trackOrigins[k + 1],
    tracks: one.tracks / tracks,
    relevance: one.relevance / positive,
  }));
}

function rankingOf({ shape: [n, slots], data }: Tensor, origin: Int32Array): number {
  const each: number[] = [];
  for (let jet = 0; jet < n; jet++) {
    const there = slotsThere(origin, jet, slots).map((s) => jet * slots + s);
    const labels = there.map((p) => isHeavy(origin[p]));
    if (new Set(labels).size === 2)
      each.push(
        auc(
          there.map((p) => data[p]),
          labels,
        ),
      );
  }
  return each.length > 0 ? mean(each) : NaN;
}
