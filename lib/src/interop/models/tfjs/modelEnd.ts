import { activationName, ENDS } from "./activations.js";
import type { KerasCall } from "./graph.js";
import { addPart, type Importer, type Value } from "./importer.js";
import { titleOf } from "./settings.js";
import { softmaxAlong } from "../../../nn/layers/softmaxAlong.js";
import { isRecurrent } from "./recurrentLayers.js";

/** The function that a model ends in, and where that stood. */
interface End {
  readonly kind: "softmax" | "sigmoid";
  /** As Keras counts axes, the batch being 0. */
  readonly axis: unknown;
  readonly title: string;
}

/** The calls without the function that the model ends in. */
export function peeled(calls: readonly KerasCall[]): {
  readonly calls: readonly KerasCall[];
  readonly end?: End;
} {
  const last = calls[calls.length - 1];
  const kind = ["Softmax", "tf.nn.softmax", "keras.ops.Softmax"].includes(last.className)
    ? "softmax"
    : ENDS.find((name) => activationName(last.config.activation) === name);
  if (!kind || isRecurrent(last.className)) return { calls };
  const axis = last.args[1] ?? last.named.axis ?? last.config.axis ?? -1;
  const end: End = { kind, axis, title: titleOf(last) };
  const whole = last.className === "Activation" || last.config.activation === undefined;
  return {
    calls: whole
      ? calls.slice(0, -1)
      : [...calls.slice(0, -1), { ...last, config: { ...last.config, activation: "linear" } }],
    end,
  };
}

/** What a model puts out, and the function that makes it of the network's outputs. */
interface Output {
  readonly value: Value;
  readonly output: "softmax" | "sigmoid" | "linear";
}

/**
 * The function at the end taken off, or, of a softmax that is not over all of a flat value, put
 * back as a layer along its axis.
 */
export function withEnd(importer: Importer, value: Value, end: End | undefined): Output {
  if (!end) return { value, output: "linear" };
  const { kind, axis, title } = end;
  const rank = value.shape.length;
  const along = axis === -1 ? rank : axis;
  if (kind === "sigmoid" || (rank === 1 && along === 1)) return { value, output: kind };
  const single = typeof along === "number" && Number.isInteger(along);
  const place = single && along < 0 ? along + rank + 1 : along;
  if (!single || typeof place !== "number" || place < 1 || place > rank) {
    const fact = `is along axis ${JSON.stringify(axis)} of samples [${value.shape}]`;
    importer.faults.push(`${title}: ${fact}, and must be along one of theirs. Take it out`);
    return { value, output: "linear" };
  }
  // channels are the last axis there and the first one here
  const layer = softmaxAlong(place === rank ? 0 : place);
  importer.notes.push(`${title} is along axis ${place} of [${value.shape}], and stays a layer.`);
  const index = addPart(importer, { layer, inputs: [value.index] });
  return { value: { index, shape: value.shape }, output: "linear" };
}
