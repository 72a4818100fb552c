import { ConfigError } from "../../../core/errors.js";
import type { OptimiserState, UpdateRule } from "../../../nn/training/optimiser.js";
import type { TfjsOperations, TfjsTensor, TfjsVariable } from "./module.js";
import { power } from "../../../core/power.js";

/** What an optimiser of TensorFlow.js keeps for one variable. */
interface Kept {
  readonly originalName: string;
  readonly variable: TfjsVariable;
}

/**
 * Its own fields, which it neither documents nor hides; needed to go on where a run has stopped.
 */
interface Inner {
  learningRate: number;
  setLearningRate?(rate: number): void;
  applyGradients(gradients: { name: string; tensor: TfjsTensor }[]): void;
  dispose(): void;
  accumulations?: Kept[];
  accumulatedFirstMoment?: Kept[];
  accumulatedSecondMoment?: Kept[];
  accBeta1?: TfjsVariable;
  accBeta2?: TfjsVariable;
}

export interface TfjsUpdates {
  /** `scale`: of the learning rate. */
  apply(gradients: readonly TfjsTensor[], scale: number): void;
  /** By moment, by variable. */
  moments(): ArrayLike<number>[][];
  dispose(): void;
}

/**
 * `tf.train.momentum` or `tf.train.adam` at a state of ours.
 * @param blocks  a flat vector, in the order of θ, as one tensor for each variable
 */
export function tfjsOptimiser(
  tf: TfjsOperations,
  rule: UpdateRule,
  learningRate: number,
  start: OptimiserState,
  variables: readonly TfjsVariable[],
  blocks: (flat: Float64Array) => TfjsTensor[],
): TfjsUpdates {
  const inner = (
    rule.kind === "momentum"
      ? tf.train.momentum(learningRate, rule.momentum)
      : tf.train.adam(learningRate, rule.beta1, rule.beta2, rule.epsilon)
  ) as Inner;
  const fields =
    rule.kind === "momentum"
      ? (["accumulations"] as const)
      : (["accumulatedFirstMoment", "accumulatedSecondMoment"] as const);
  if (start.step > 0)
    tf.tidy(() => {
      if (fields.some((field) => !Array.isArray(inner[field]))) {
        throw new ConfigError(
          "tfjsBackend: this TensorFlow.js keeps the optimiser's state elsewhere, so a run cannot go on. Use version 4, or train from the start.",
        );
      }
      start.moments.forEach((moment, m) => {
        inner[fields[m]] = blocks(moment).map((value, k) => ({
          originalName: `${variables[k].name}/${fields[m]}`,
          variable: tf.variable(value, false),
        }));
      });
      if (rule.kind === "adam") {
        inner.accBeta1?.assign(tf.scalar(power(rule.beta1, start.step + 1)));
        inner.accBeta2?.assign(tf.scalar(power(rule.beta2, start.step + 1)));
      }
    });
  return {
    apply(gradients, scale) {
      if (inner.setLearningRate) inner.setLearningRate(learningRate * scale);
      else inner.learningRate = learningRate * scale;
      inner.applyGradients(gradients.map((tensor, k) => ({ name: variables[k].name, tensor })));
    },
    moments: () =>
      fields.map((field) =>
        variables.map((variable, k) => inner[field]?.[k]?.variable.dataSync() ?? zeros(variable)),
      ),
    dispose: () => inner.dispose(),
  };
}

/** Before the first step there is nothing yet. */
const zeros = ({ shape }: TfjsVariable): Float32Array =>
  new Float32Array(shape.reduce((count: number, extent) => count * (extent ?? 1), 1));
