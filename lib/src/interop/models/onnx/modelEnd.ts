import { size } from "../../../core/tensor.js";
import { specOf } from "../../../nn/layers/specOf.js";
import type { OutputFunction } from "../savedNetwork.js";
import type { Tape } from "./tape.js";
import type { Computed } from "./value.js";

/** A value without the function that a model ends in. */
interface End {
  readonly value: Computed;
  readonly output: OutputFunction;
  readonly note?: string;
}

/**
 * A softmax, its logarithm or a sigmoid at the end is taken off: losses and relevance are of what
 * goes into it. A softmax that is not over all outputs stays.
 */
export function endOf({ steps }: Tape, value: Computed): End {
  const { layer, inputs, shape } = steps[value.step];
  if (layer?.kind === "softmax" && shape[layer.axis] === size(shape)) {
    const own: Computed = { ...value, step: inputs[0] };
    const note =
      "The model puts out logarithms of probabilities; the network is what is under them.";
    return { value: own, output: "softmax", ...(layer.log && { note }) };
  }
  if (layer && specOf(layer)?.type === "sigmoid")
    return { value: { ...value, step: inputs[0] }, output: "sigmoid" };
  if (layer?.kind === "softmax") {
    const note = `The softmax at the end is along one axis of [${shape}] and stays a layer.`;
    return { value, output: "linear", note };
  }
  return { value, output: "linear" };
}
