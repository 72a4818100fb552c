import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { huberLoss } from "./huberLoss.js";
import { logisticLoss } from "./logisticLoss.js";
import type { Loss, LossOutput, LossSpec } from "./loss.js";
import { meanSquaredError } from "./meanSquaredError.js";
import { softmaxCrossEntropy } from "./softmaxCrossEntropy.js";

/** One row of the table of losses. */
export interface LossType {
  /** What `--loss` calls it. */
  readonly option: string;
  /** Its parameters with their defaults; a `spec` holds the type and these. */
  readonly parameters: Readonly<Record<string, number>>;
  /**
   * The loss, the same object for the same parameters.
   * @throws ConfigError for a parameter outside its domain
   */
  build(parameters: Readonly<Record<string, number>>): Loss;
}

/**
 * Every loss that can be rebuilt from data, by type: what worker threads, cache keys and the
 * command line know. The first of an output function is the one that a model ending in it was
 * minimised with if nothing else is said.
 */
export const lossTypes: Readonly<Record<string, LossType>> = {
  softmaxCrossEntropy: {
    option: "cross-entropy",
    parameters: {},
    build: () => softmaxCrossEntropy,
  },
  logisticLoss: { option: "logistic", parameters: {}, build: () => logisticLoss },
  meanSquaredError: { option: "squared-error", parameters: {}, build: () => meanSquaredError },
  huberLoss: { option: "huber", parameters: { delta: 1 }, build: huberLoss },
};

const CURE = "Compute in this thread (jobs: 1), or add a row to lossTypes.";

/** The loss that belongs to an output function unless another one is named. */
export function lossOfOutput(output: LossOutput): Loss {
  oneOf(output, ["softmax", "sigmoid", "linear"], "lossOfOutput: output");
  const losses = Object.values(lossTypes).map(({ parameters, build }) => build(parameters));
  return losses.find((loss) => loss.output === output)!;
}

/**
 * A loss as plain data, for worker threads, files and cache keys.
 * @param cure  what to do about a loss that cannot be described
 * @throws ConfigError unless the table built it: a copy that was changed keeps its name and is
 *          another function
 */
export function describeLoss(loss: Loss, cure: string = CURE): LossSpec {
  const { name, spec } = loss;
  if (!spec || !Object.hasOwn(lossTypes, spec.type) || lossFrom(spec) !== loss) {
    const fact = `"${name}" is no loss of this library, so it cannot be rebuilt elsewhere`;
    throw new ConfigError(`describeLoss: ${fact}. ${cure}`, { name });
  }
  return spec;
}

/**
 * The loss that `describeLoss` described; of a type alone that with the default parameters.
 * @throws ConfigError for a type or a parameter that there is not, or a value outside its domain
 */
export function lossFrom(spec: LossSpec | string): Loss {
  const { type, ...given } = typeof spec === "string" ? { type: spec } : spec;
  if (!Object.hasOwn(lossTypes, type)) {
    const known = Object.keys(lossTypes)
      .map((one) => JSON.stringify(one))
      .join(", ");
    throw new ConfigError(
      `lossFrom: there is no loss ${JSON.stringify(type)}. Use one of ${known}.`,
      { type },
    );
  }
  const { parameters, build } = lossTypes[type];
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(parameters, name) || typeof value !== "number") {
      const known = Object.keys(parameters).join(", ") || "none";
      const fact = `${type} has no parameter ${name} = ${JSON.stringify(value)}`;
      throw new ConfigError(`lossFrom: ${fact}; its parameters, all numbers: ${known}.`, {
        name,
        value,
      });
    }
  }
  return build({ ...parameters, ...(given as Record<string, number>) });
}
