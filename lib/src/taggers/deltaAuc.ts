import { some, someGroups } from "./arguments.js";
import { takes } from "../core/arguments/takes.js";
import { numbers, optional, record, stream } from "../core/arguments/kinds.js";
import { auc } from "../core/statistics/auc.js";
import { ShapeError } from "../core/errors.js";
import { oneOf } from "../core/oneOf.js";
import { computesHere, parallelMap, type ParallelOptions } from "../core/tasks/parallel.js";
import { makeRng, type Rng } from "../core/random/rng.js";
import { checkFinite } from "../core/tensor.js";
import { describeNetwork } from "../nn/network/description.js";
import { checkParameters, type Network } from "../nn/network/network.js";
import { fidelity } from "./fidelity.js";
import {
  checkJets,
  featureEntries,
  jetKinds,
  layoutWidth,
  type JetInputs,
  type JetLayout,
} from "./jetInputs.js";
import { maskedScoresTask, type MaskingTask, type ScaledGroups } from "./maskedScores.js";
import { maskings, maskingSpaces, type Masking, type MaskingSpace } from "./masking.js";
import { replacements } from "./replacements.js";
import { scaledValue } from "./standardise.js";

/** Options of `deltaAuc`. */
export interface DeltaAucOptions extends ParallelOptions {
  /** What masked features become (default "zero", the letter's). */
  readonly masking?: Masking;
  /**
   * Where: "raw" (default, the letter's) before `standardise`, or "read", as the network reads
   * them.
   */
  readonly space?: MaskingSpace;
  /** Features masked together, by a name for the group (default: each feature alone). */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** For permutations (default seed 0). */
  readonly rng?: Rng;
  /** Of the jets, [n], by which AUC and fidelity go (default: all alike). */
  readonly weights?: ArrayLike<number>;
}

/** A feature or a group, and the AUC without it. */
export interface DeltaAucRow {
  /** The feature, or the group. */
  readonly name: string;
  readonly features: readonly string[];
  readonly auc: number;
  /** AUC₀ − AUC; positive if the features help. */
  readonly deltaAuc: number;
  /** 1 − mean |Δscore|. */
  readonly fidelity: number;
  /** Of the masked jets, [n]. */
  readonly scores: Float64Array;
}

/** AUC with all features, and what each costs. */
export interface DeltaAuc {
  /** AUC₀ of the jets as they are, and their scores. */
  readonly auc: number;
  readonly scores: Float64Array;
  /** In the order of the features, or of the groups. */
  readonly rows: readonly DeltaAucRow[];
}

/** ΔAUC by a mask, and by which. */
export interface MaskedDeltaAuc extends DeltaAuc {
  readonly masking: Masking;
  readonly space: MaskingSpace;
}

/** Jets of one task; results do not depend on it. */
const BLOCK = 500;

/**
 * How much AUC is lost when features are masked for all objects of all jets while the network stays
 * as it is (Neubauer & Roy 2022, Fig. 1a, in per cent there).
 *
 * The letter's network reads raw features, and its mask sets them to 0. For jets that were
 * standardised (`inputs.layout.scale`) the same mask is laid on before scaling: the network reads
 * (asinh 0 − mean)/deviation, and 0, an empty slot, where nothing is left of an object. That is
 * exactly `standardise` of masked raw jets. With `space: "read"` the scaled value is masked; its 0
 * is the mean, another question. Means, medians and permutations are over the objects of these
 * jets. Jets whose layout names no scale are taken for raw.
 *
 * @param positive  [n], true or 1 for H → bb̄
 * @throws ConfigError naming the features that there are for an unknown one, ShapeError if network,
 *   jets and labels do not fit
 * @example
 * ```ts
 * import { core, nn, physics, taggers } from "phaselens";
 * const jets = physics.simulateJets({ seed: 1, set: "test", jets: 100 });
 * const inputs = taggers.jetInputs(jets.x, jets.vertices, physics.jetFeatures);
 * const network = taggers.interactionNetwork({ hidden: 4, edge: 2, object: 2 });
 * const theta = nn.kaimingNormal(network, core.makeRng(1));
 * const signal = jets.truth.signal;
 * const { rows } = await taggers.deltaAuc(network, theta, inputs, signal, { jobs: 1 });
 * console.log(rows.length); // → 44
 * ```
 */
export async function deltaAuc(
  network: Network,
  theta: Float64Array,
  inputs: JetInputs,
  positive: ArrayLike<boolean | number>,
  options: DeltaAucOptions = {},
): Promise<MaskedDeltaAuc> {
  takes("deltaAuc", {
    positive: [positive, some],
    options: [
      options,
      record({ rng: optional(stream), groups: optional(someGroups), weights: optional(numbers()) }),
    ],
  });
  const {
    masking = "zero",
    space = "raw",
    rng = makeRng(0, "deltaAuc"),
    weights,
    jobs,
    signal,
    onDone,
  } = options;
  checkJets(network, inputs, "deltaAuc");
  const { x, layout } = inputs;
  checkParameters(network, theta);
  checkFinite(theta, "deltaAuc: theta");
  const n = x.shape[0];
  if (positive.length !== n)
    throw new ShapeError(
      `deltaAuc: ${n} jets, but ${positive.length} labels. Give one for each jet.`,
    );
  oneOf(masking, maskings, "deltaAuc: masking");
  oneOf(space, maskingSpaces, "deltaAuc: space");
  const all = [...layout.features.tracks, ...layout.features.vertices];
  const groups = Object.entries(
    options.groups ?? Object.fromEntries(all.map((name) => [name, [name]])),
  );
  const masks = groups.map(([, features]) =>
    features.map((name) => {
      const { start, length } = featureEntries(layout, name);
      return [start, length] as const;
    }),
  );
  const width = layoutWidth(layout);
  const replacement = replacements(inputs, masking, space, rng);
  const scaled = space === "raw" ? scaledGroups(layout) : undefined;
  const blocks = Math.ceil(n / BLOCK);
  const description = computesHere(jobs, blocks) ? undefined : describeNetwork(network);
  const tasks = Array.from({ length: blocks }, (_, b): MaskingTask => {
    const [from, to] = [b * BLOCK * width, Math.min(n, (b + 1) * BLOCK) * width];
    return {
      network: description,
      theta,
      x: x.data.slice(from, to),
      replacement: replacement?.slice(from, to),
      width,
      masks,
      scaled,
    };
  });
  const parts = await parallelMap<MaskingTask, Float64Array>(maskedScoresTask(network), tasks, {
    label: "deltaAuc",
    jobs,
    signal,
    onDone,
  });
  const scores = Array.from({ length: masks.length + 1 }, () => new Float64Array(n));
  parts.forEach((part, b) => {
    const count = part.length / (masks.length + 1);
    scores.forEach((row, m) => row.set(part.subarray(m * count, (m + 1) * count), b * BLOCK));
  });
  const base = auc(scores[0], positive, weights);
  return {
    masking,
    space,
    auc: base,
    scores: scores[0],
    rows: groups.map(([name, features], m) => {
      const value = auc(scores[m + 1], positive, weights);
      return {
        name,
        features,
        auc: value,
        deltaAuc: base - value,
        fidelity: fidelity(scores[m + 1], scores[0], weights),
        scores: scores[m + 1],
      };
    }),
  };
}

function scaledGroups(layout: JetLayout): ScaledGroups | undefined {
  const { scale } = layout;
  return (
    scale && {
      groups: jetKinds.map((kind) => layout[kind]),
      zeros: scale.mean.map((_, feature) => scaledValue(0, scale, feature)),
    }
  );
}
