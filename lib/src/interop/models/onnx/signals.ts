import { specOf } from "../../../nn/layers/specOf.js";
import type { Call } from "./call.js";
import type { Step } from "./tape.js";
import { isKnown, type Value } from "./value.js";

/** The factor that is no gate, if the other is: a mask, what masks alone make, or a sigmoid. */
export function signalOf({ importing }: Call, a: Value, b: Value): 0 | 1 | undefined {
  const { steps } = importing.tape;
  for (const rule of [({ ofMasks }: Step) => ofMasks, isSigmoid]) {
    const own = other(a, b, (value) => isKnown(value) || rule(steps[value.step]));
    if (own !== undefined) return own;
  }
  return undefined;
}

/** The matrix that attention weighs, if the other one holds its weights: a softmax of something. */
export function weighedOf({ importing }: Call, a: Value, b: Value): 0 | 1 | undefined {
  const { steps } = importing.tape;
  return other(a, b, (value) => !isKnown(value) && isSoftmax(steps, value.step));
}

function other(a: Value, b: Value, gates: (value: Value) => boolean): 0 | 1 | undefined {
  const [first, second] = [gates(a), gates(b)];
  if (first === second) return undefined;
  return first ? 1 : 0;
}

const isSigmoid = ({ layer }: Step): boolean =>
  ["sigmoid", "hardSigmoid"].includes((layer && specOf(layer)?.type) ?? "");

function isSoftmax(steps: readonly Step[], step: number): boolean {
  const { layer, inputs } = steps[step];
  if (layer?.kind === "softmax") return !layer.log;
  const moved = layer?.kind === "reshape" || layer?.kind === "gather" || layer?.kind === "dropout";
  return moved && isSoftmax(steps, inputs[0]);
}
