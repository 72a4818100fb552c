import { linearOutput } from "./linearOutput.js";
import type { LossOutput, OutputReading } from "./loss.js";
import { sigmoidOutput } from "./sigmoidOutput.js";
import { softmaxOutput } from "./softmaxOutput.js";

/**
 * How outputs may be read, by the word that a loss has as `output`. A loss of one's own spreads one
 * of them into itself: what is predicted, and which targets have a meaning.
 * @example
 * ```ts
 * import { core, nn } from "phaselens";
 * const z = core.tensor([2, 1], [-0.3, 2]);
 * console.log(Array.from(nn.outputs.sigmoid.predictedTarget(z).data)); // → [ 0, 1 ]
 * ```
 */
export const outputs: Readonly<Record<LossOutput, OutputReading>> = {
  softmax: softmaxOutput,
  sigmoid: sigmoidOutput,
  linear: linearOutput,
};
