import { activationName, ENDS } from "./activations.js";
import type { KerasCall } from "./graph.js";
import type { Importer, Value } from "./importer.js";
import { titleOf } from "./settings.js";

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
  if (!kind) return { calls };
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

/** The outputs of a softmax are one distribution, so that it can be taken off. */
export function checkEnd({ faults }: Importer, { kind, axis, title }: End, { shape }: Value): void {
  if (kind !== "softmax") return;
  const along = [axis].flat();
  if (along.length === 1 && shape.length === 1 && (along[0] === -1 || along[0] === 1)) return;
  const fact = `is along axis ${JSON.stringify(axis)} of samples [${shape}]`;
  const known = "one over all of a flat value can be taken off";
  faults.push(`${title}: ${fact}, and ${known}. Take it out of the model`);
}
