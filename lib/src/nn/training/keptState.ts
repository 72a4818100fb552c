import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { accuracy } from "../losses/accuracy.js";
import type { Network } from "../network/network.js";
import { checkSamples, predict, risk } from "../losses/risk.js";
import type { Keep, KeptState, TrainOptions } from "./trainOptions.js";

/**
 * Looks at the validation samples after each epoch; `best` is the first of the best states so far.
 * A state whose loss is no number is never kept.
 */
export interface Keeper {
  /** @returns  the epoch's validation score, as `TrainEpoch.validation` has it */
  look(theta: Float64Array, epoch: number): number;
  readonly best: KeptState | undefined;
}

const words: readonly Keep[] = ["last", "lowestLoss", "bestAccuracy"];

/**
 * Undefined where the last epoch's parameters are the result.
 * @param start  the best state of the epochs before a checkpoint
 * @throws ConfigError  for another word, or validation samples and `keep` that do not go together
 */
export function keeperOf(
  network: Network,
  theta: Float64Array,
  options: TrainOptions,
  start?: KeptState,
): Keeper | undefined {
  const { keep = "last", validation, loss } = options;
  oneOf(keep, words, "train: keep");
  if (keep === "last") {
    if (validation === undefined) return undefined;
    const cure = 'serve keep "lowestLoss" or "bestAccuracy". Say which.';
    throw new ConfigError(`train: validation samples ${cure}`);
  }
  if (validation === undefined) {
    const fact = `keep "${keep}" needs validation samples`;
    throw new ConfigError(`train: ${fact}. Pass them as validation.`);
  }
  checkSamples(network, theta, validation, "train: validation", loss);
  let best = start;
  const score = (at: Float64Array): number => {
    if (keep === "lowestLoss") return risk(network, at, validation, { loss });
    const outputs = predict(network, at, validation.x);
    return outputs.data.every(Number.isFinite)
      ? accuracy(outputs, validation.target, loss, validation.weights)
      : NaN;
  };
  return {
    look(at, epoch) {
      const value = score(at);
      const lower = keep === "lowestLoss";
      const better = lower ? value < (best?.score ?? Infinity) : value > (best?.score ?? -Infinity);
      if (better) best = { theta: at.slice(), epoch, score: value };
      return value;
    },
    get best() {
      return best;
    },
  };
}
