import { checkJetInputs, some, someGroups } from "./arguments.js";
import { takes } from "../core/arguments/takes.js";
import { callable, numbers, optional, record, tensorOf } from "../core/arguments/kinds.js";
import { auc } from "../core/statistics/auc.js";
import type { Tensor } from "../core/tensor.js";
import { train } from "../nn/training/train.js";
import type { TrainOptions } from "../nn/training/trainOptions.js";
import { fidelity } from "./fidelity.js";
import type { DeltaAuc } from "./deltaAuc.js";
import { hiddenBiases } from "./hiddenBiases.js";
import { interactionNetwork, type InteractionNetworkOptions } from "./interactionNetwork.js";
import { findFeature, selectFeatures, type JetInputs } from "./jetInputs.js";
import { scores } from "./scores.js";

/** Options of `retrainedDeltaAuc`. */
export interface RetrainedDeltaAucOptions {
  /** Widths of the networks; slots and features come from the jets. */
  readonly network: Pick<InteractionNetworkOptions, "hidden" | "edge" | "object" | "widths">;
  readonly training: {
    readonly inputs: JetInputs;
    readonly target: Tensor;
    /** In the risk (default: all alike). */
    readonly weights?: ArrayLike<number>;
  };
  readonly test: {
    readonly inputs: JetInputs;
    readonly positive: ArrayLike<boolean | number>;
    /** In AUC and fidelity (default: all alike). */
    readonly weights?: ArrayLike<number>;
  };
  /**
   * The same for all networks; initial parameters are those of `hiddenBiases()` unless it says
   * otherwise, and a network that learns nothing is taken as it is, since there may be nothing left
   * to learn.
   */
  readonly train: TrainOptions;
  /** Features dropped together, by a name for the group. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Told how many networks are trained (default nobody is told). */
  readonly onDone?: (done: number, total: number) => void;
}

/**
 * How much AUC is lost when a network never sees some features: one more is trained for each group.
 * Unlike masking it charges a feature only for what no other feature tells. One network on 5000
 * jets takes minutes; so groups, not each feature.
 *
 * @throws ConfigError naming the features that there are for an unknown one, and as `train`
 */
export function retrainedDeltaAuc(all: RetrainedDeltaAucOptions): DeltaAuc {
  takes("retrainedDeltaAuc", {
    options: [
      all,
      record({
        network: record(),
        training: record({
          inputs: record(),
          target: tensorOf(["n", "classes"]),
          weights: optional(numbers()),
        }),
        test: record({ inputs: record(), positive: some, weights: optional(numbers()) }),
        train: record(),
        groups: someGroups,
        onDone: optional(callable),
      }),
    ],
  });
  const { network: widths, training, test, train: options, groups, onDone } = all;
  checkJetInputs(training.inputs, "retrainedDeltaAuc: training");
  checkJetInputs(test.inputs, "retrainedDeltaAuc: test");
  const { layout } = training.inputs;
  const total = Object.keys(groups).length + 1;
  let done = 0;
  for (const name of Object.values(groups).flat()) findFeature(layout, name);
  const scoresWithout = (dropped: readonly string[]): Float64Array => {
    const left = (names: readonly string[]): string[] =>
      names.filter((name) => !dropped.includes(name));
    const features = {
      tracks: left(layout.features.tracks),
      vertices: left(layout.features.vertices),
    };
    const read = selectFeatures(training.inputs, features);
    const network = interactionNetwork({
      ...widths,
      tracks: layout.tracks.objects,
      trackFeatures: features.tracks.length,
      vertices: layout.vertices.objects,
      vertexFeatures: features.vertices.length,
    });
    const { theta } = train(
      network,
      { x: read.x, target: training.target, weights: training.weights },
      { initialise: hiddenBiases(), stuck: false, ...options },
    );
    const found = scores(network, theta, selectFeatures(test.inputs, features));
    onDone?.(++done, total);
    return found;
  };
  const whole = scoresWithout([]);
  const base = auc(whole, test.positive, test.weights);
  const rows = Object.entries(groups).map(([name, features]) => {
    const own = scoresWithout(features);
    const value = auc(own, test.positive, test.weights);
    return {
      name,
      features,
      auc: value,
      deltaAuc: base - value,
      fidelity: fidelity(own, whole, test.weights),
      scores: own,
    };
  });
  return { auc: base, scores: whole, rows };
}
