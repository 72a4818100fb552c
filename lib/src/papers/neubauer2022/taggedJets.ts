import { takes, type ArgumentKind } from "../../core/arguments/takes.js";
import {
  list,
  listOf,
  name,
  numbers,
  optional,
  record,
  tensorOf,
} from "../../core/arguments/kinds.js";
import { someFeatures } from "../../taggers/arguments.js";
import { oneOf } from "../../core/oneOf.js";
import type { Dataset } from "../../core/dataset.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { checkWeights } from "../../core/weights.js";
import type { Tensor } from "../../core/tensor.js";
import { jetFeatures } from "../../physics/jets/jetFeatures.js";
import {
  featureEntries,
  jetInputs,
  selectFeatures,
  type JetFeatures,
  type JetInputs,
} from "../../taggers/jetInputs.js";
import { jetScale, standardise } from "../../taggers/standardise.js";

/** Jets as the interaction networks of the notebooks read them. */
export interface TaggedJets<Sample extends MeasuredJets = MeasuredJets> {
  readonly sample: Sample;
  /** As measured. */
  readonly raw: JetInputs;
  /** Features standardised by the jets called `training`; empty slots 0. */
  readonly inputs: JetInputs;
  /** One-hot, [n, 2]. */
  readonly target: Tensor;
  /** Those of the sample, absent where it has none, [n]. */
  readonly weights?: ArrayLike<number>;
  /** True for H → bb̄, [n]. */
  readonly signal: readonly boolean[];
  /** Features that were set to 0 for all objects. */
  readonly blank: readonly string[];
}

/** Tracks x [n, 30, 60] and vertices [n, 14, 5] with one-hot classes, simulated or measured. */
export type MeasuredJets = Dataset & { readonly vertices: Tensor };

const measuredJets: ArgumentKind = record(
  {
    x: tensorOf(["jets", "features", "slots"], "any"),
    vertices: tensorOf(["jets", "features", "slots"], "any"),
    target: tensorOf(["jets", 2]),
    weights: optional(numbers()),
    provenance: record(),
  },
  "jets such as neubauer2022.data makes",
);
/** What `taggedJets` makes of a sample. */
export const taggedOnes: ArgumentKind = record(
  {
    sample: record({ provenance: record() }),
    raw: record(),
    inputs: record(),
    target: tensorOf(["jets", 2]),
    weights: optional(numbers()),
    signal: list,
    blank: list,
  },
  "jets of neubauer2022.taggedJets",
);

/** Options of `taggedJets`. */
export interface TaggedJetsOptions {
  /** Those kept, by default all of `jetFeatures`. */
  readonly features?: JetFeatures;
  /**
   * Features kept but set to 0 (default none): a network needs one feature of each kind, even if it
   * shall not know anything of the kind.
   */
  readonly blank?: readonly string[];
}

/**
 * Samples as inputs for interaction networks, all standardised by the one called `training`.
 * @throws ConfigError for names of features that there are not, NumericalError naming feature and
 *   jet for NaN
 */
export function taggedJets<
  Samples extends { readonly training: MeasuredJets } & Readonly<Record<string, MeasuredJets>>,
>(
  samples: Samples,
  options: TaggedJetsOptions = {},
): { [Name in keyof Samples]: TaggedJets<Samples[Name]> } {
  takes("taggedJets", {
    samples: [samples, record({ training: measuredJets }, "samples by their names")],
    options: [options, record({ features: optional(someFeatures), blank: optional(listOf(name)) })],
  });
  for (const [called, sample] of Object.entries(samples)) {
    takes("taggedJets", { [`samples.${called}`]: [sample, measuredJets] });
    for (const [what, group] of [
      ["x", "tracks"],
      ["vertices", "vertices"],
    ] as const)
      if (sample[what].shape[1] !== jetFeatures[group].length)
        throw new ShapeError(
          `taggedJets: ${what} of "${called}" has shape [${sample[what].shape}]; it must have the ${jetFeatures[group].length} features of jetFeatures.${group}.`,
        );
    if (sample.weights) checkWeights(sample.weights, sample.x.shape[0], `taggedJets: "${called}"`);
    if (sample.target.shape[0] !== sample.x.shape[0])
      throw new ShapeError(
        `taggedJets: "${called}" has ${sample.x.shape[0]} jets and ${sample.target.shape[0]} targets; each jet needs one.`,
      );
  }
  const { features = jetFeatures, blank = [] } = options;
  for (const group of ["tracks", "vertices"] as const)
    for (const feature of features[group])
      oneOf(feature, jetFeatures[group], `taggedJets: ${group}`);
  const unknown = blank.find((name) => ![...features.tracks, ...features.vertices].includes(name));
  if (unknown !== undefined)
    throw new ConfigError(
      `taggedJets: "${unknown}" shall be blank, but is not among the features. Keep it.`,
      { name: unknown },
    );
  const raw = Object.fromEntries(
    Object.entries(samples).map(([name, sample]) => [name, rawInputs(sample, features, blank)]),
  );
  const scale = jetScale(raw.training);
  return Object.fromEntries(
    Object.entries(samples).map(([name, sample]): [string, TaggedJets] => {
      const signal = Array.from(
        { length: sample.x.shape[0] },
        (_, n) => sample.target.data[2 * n + 1] > 0.5,
      );
      return [
        name,
        {
          sample,
          raw: raw[name],
          inputs: standardise(raw[name], scale),
          target: sample.target,
          ...(sample.weights && { weights: sample.weights }),
          signal,
          blank,
        },
      ];
    }),
  ) as { [Name in keyof Samples]: TaggedJets<Samples[Name]> };
}

function rawInputs(
  { x, vertices }: MeasuredJets,
  features: JetFeatures,
  blank: readonly string[],
): JetInputs {
  const inputs = selectFeatures(jetInputs(x, vertices, jetFeatures), features);
  const [n, width] = inputs.x.shape;
  for (const { start, length } of blank.map((name) => featureEntries(inputs.layout, name))) {
    for (let jet = 0; jet < n; jet++)
      inputs.x.data.fill(0, jet * width + start, jet * width + start + length);
  }
  return inputs;
}
