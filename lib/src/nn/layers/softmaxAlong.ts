import { count, optional, record, truth } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ShapeError } from "../../core/errors.js";
import type { Shape } from "../../core/tensor.js";
import { built } from "./builtLayer.js";
import type { SoftmaxLayer } from "./layer.js";
import { prepareSoftmax } from "./softmaxStep.js";

/**
 * Softmax inside a network: y_i = e^{x_i} / Σ_j e^{x_j} along an axis of a sample, the first being
 * 0. At the end of a network it belongs to the loss, `softmaxCrossEntropy`.
 * @param options.log  its logarithm, x_i − log Σ_j e^{x_j} (default false)
 */
export function softmaxAlong(axis: number, options: { readonly log?: boolean } = {}): SoftmaxLayer {
  takes("softmaxAlong", {
    axis: [axis, count()],
    options: [options, record({ log: optional(truth) })],
  });
  const { log = false } = options;
  const name = `${log ? "logSoftmax" : "softmax"}(axis ${axis})`;
  return built<SoftmaxLayer>(
    { type: "softmaxAlong", axis, ...(log && { log }) },
    {
      kind: "softmax",
      name,
      axis,
      log,
      outputShape: ([input]) => withAxis(input, axis, name),
      prepare: prepareSoftmax,
    },
  );
}

/** @throws ShapeError unless samples have that axis */
export function withAxis(input: Shape, axis: number, name: string): Shape {
  if (axis < input.length) return input;
  throw new ShapeError(`${name}: samples of shape [${input}] have no axis ${axis}.`, {
    got: input,
  });
}
