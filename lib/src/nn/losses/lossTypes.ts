import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import type { LibraryLoss, Loss, LossOutput, LossSpec } from "./loss.js";
import * as table from "./lossTable.js";
import { logisticLoss } from "./logisticLoss.js";
import { meanSquaredError } from "./meanSquaredError.js";
import { softmaxCrossEntropy } from "./softmaxCrossEntropy.js";

/** One loss of the library, or one for each choice of parameters. */
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

/** A loss, or what makes one of its parameters. */
type Made = LibraryLoss | ((parameters?: Readonly<Record<string, number>>) => LibraryLoss);

/** A loss that does not say its `spec` and `option` does not compile here. */
const losses: Readonly<Record<string, Made>> = table;

/**
 * Every loss that can be rebuilt from data, by type: what worker threads, cache keys and the
 * command line know, as each says it of itself.
 */
export const lossTypes: Readonly<Record<string, LossType>> = Object.fromEntries(
  Object.values(losses).map((made) => {
    const build = typeof made === "function" ? made : (): LibraryLoss => made;
    const { spec, option } = build({});
    const { type, ...parameters } = spec;
    return [type, { option, parameters: parameters as Record<string, number>, build }];
  }),
);

const CURE = "Compute in this thread (jobs: 1), or make it a loss of the library.";

/** What a model ending in an output function was minimised with if nothing else is said. */
const ofOutput: Readonly<Record<LossOutput, Loss>> = {
  softmax: softmaxCrossEntropy,
  sigmoid: logisticLoss,
  linear: meanSquaredError,
};

/** The loss that belongs to an output function unless another one is named. */
export function lossOfOutput(output: LossOutput): Loss {
  oneOf(output, ["softmax", "sigmoid", "linear"], "lossOfOutput: output");
  return ofOutput[output];
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
