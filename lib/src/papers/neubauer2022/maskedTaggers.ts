import { takes } from "../../core/arguments/takes.js";
import {
  count as whole,
  listOf,
  optional,
  record,
  truth,
  vector,
} from "../../core/arguments/kinds.js";
import { aNetwork } from "../../nn/arguments.js";
import { someFeatures, someGroups } from "../../taggers/arguments.js";
import { runFields } from "../shared/arguments.js";
import { fingerprint } from "../../core/cache/fingerprint.js";
import { cached } from "../../core/cache/cache.js";
import type { LongRunOptions } from "../../core/tasks/longRun.js";
import { oneOf } from "../../core/oneOf.js";
import { takeRows } from "../../core/tensor.js";
import { describeNetwork } from "../../nn/network/description.js";
import { deltaAuc } from "../../taggers/deltaAuc.js";
import { selectFeatures, type JetFeatures } from "../../taggers/jetInputs.js";
import { maskings, maskingSpaces, type Masking, type MaskingSpace } from "../../taggers/masking.js";
import { overModels, type MaskedFeature } from "./overModels.js";
import { taggedOnes, type TaggedJets } from "./taggedJets.js";
import type { TrainedTaggers } from "./trainedTaggers.js";

/** Options of `maskedTaggers`. */
export interface MaskedTaggersOptions extends LongRunOptions {
  /** The mask (default "zero", of raw values), as for `taggers.deltaAuc`. */
  readonly masking?: Masking;
  /** Which values are masked, see `deltaAuc` (default "raw"). */
  readonly space?: MaskingSpace;
  /** Masked together, beside each feature alone (default none). */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** Of the jets, the first so many (default all). */
  readonly jets?: number;
  /** For networks that read raw jets (default: standardised ones). */
  readonly raw?: boolean;
  /** For networks that read some of the features only (default: all that the jets have). */
  readonly features?: JetFeatures;
  /** Worker threads, as in `parallelMap` (default PHASELENS_JOBS or the number of cores). */
  readonly jobs?: number;
}

/** ΔAUC of several networks, or trees, by one mask. */
export interface MaskedTaggers {
  readonly masking: Masking;
  readonly space: MaskingSpace;
  /** AUC of each, nothing masked. */
  readonly auc: readonly number[];
  /** Each feature alone, in their order. */
  readonly features: readonly MaskedFeature[];
  readonly groups: readonly MaskedFeature[];
}

/**
 * ΔAUC of each feature and of groups for each of several networks; kept in the cache by networks,
 * jets and mask.
 */
export async function maskedTaggers(
  taggers: TrainedTaggers,
  jets: TaggedJets,
  options: MaskedTaggersOptions = {},
): Promise<MaskedTaggers> {
  takes("maskedTaggers", {
    taggers: [
      taggers,
      record({ network: aNetwork, thetas: listOf(vector(), 1) }, "networks of trainedTaggers"),
    ],
    jets: [jets, taggedOnes],
    options: [
      options,
      record({
        groups: optional(someGroups),
        jets: optional(whole(1)),
        raw: optional(truth),
        features: optional(someFeatures),
        ...runFields,
      }),
    ],
  });
  const { network, thetas } = taggers;
  const {
    masking = "zero",
    space = "raw",
    groups = {},
    raw = false,
    jobs,
    signal,
    onDone,
  } = options;
  oneOf(masking, maskings, "maskedTaggers: masking");
  oneOf(space, maskingSpaces, "maskedTaggers: space");
  const all = raw ? jets.raw : jets.inputs;
  const { x, layout } = options.features ? selectFeatures(all, options.features) : all;
  const count = Math.min(options.jets ?? x.shape[0], x.shape[0]);
  const few = {
    x: takeRows(
      x,
      Array.from({ length: count }, (_, n) => n),
    ),
    layout,
  };
  const weights = jets.weights && Float64Array.from(jets.weights).slice(0, count);
  const single = [...layout.features.tracks, ...layout.features.vertices];
  const masks = { ...Object.fromEntries(single.map((name) => [name, [name]])), ...groups };
  const { scale } = layout;
  const params = {
    network: describeNetwork(network),
    data: jets.sample.provenance,
    ...(weights && { weights: fingerprint(weights) }),
    blank: jets.blank,
    features: layout.features,
    count,
    masks,
    masking,
    space,
    scale: scale ? [Array.from(scale.mean), Array.from(scale.deviation)] : null,
  };
  const found: { auc: number; drops: number[] }[] = [];
  for (const [k, theta] of thetas.entries()) {
    const key = {
      function: "masked tagger",
      version: 1,
      params: { ...params, theta: Array.from(theta) },
    };
    found.push(
      await cached(key, async () => {
        const { auc, rows } = await deltaAuc(network, theta, few, jets.signal.slice(0, count), {
          masking,
          space,
          groups: masks,
          weights,
          jobs,
          signal,
        });
        return { auc, drops: rows.map((row) => row.deltaAuc) };
      }),
    );
    onDone?.(k + 1, thetas.length);
  }
  const rows = Object.keys(masks).map((name, m) =>
    overModels(
      name,
      found.map(({ drops }) => 100 * drops[m]),
    ),
  );
  return {
    masking,
    space,
    auc: found.map(({ auc }) => auc),
    features: rows.slice(0, single.length),
    groups: rows.slice(single.length),
  };
}
