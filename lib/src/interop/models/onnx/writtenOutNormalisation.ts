import { size } from "../../../core/tensor.js";
import { normalise } from "../../../nn/layers/normalise.js";
import type { NormalisationLayer } from "../../../nn/layers/layer.js";
import { specOf } from "../../../nn/layers/specOf.js";
import type { LayerSpec } from "../../../nn/layers/layerTypes.js";
import type { Step } from "./tape.js";

/** A normalisation that was found written out. */
export interface WrittenNormalisation {
  readonly source: number;
  readonly layer: NormalisationLayer;
}

/**
 * The normalisation that a product of two steps writes out: d / √(⟨d²⟩ + ε) with d = x − ⟨x⟩ as
 * LayerNorm has it, or of d itself, as RMSNorm.
 */
export function writtenOutNormalisation(
  steps: readonly Step[],
  a: number,
  b: number,
): WrittenNormalisation | undefined {
  return normalised(steps, a, b) ?? normalised(steps, b, a);
}

function normalised(
  steps: readonly Step[],
  difference: number,
  inverse: number,
): WrittenNormalisation | undefined {
  const shifted = inverseRoot(steps, inverse);
  const spec = shifted === undefined ? undefined : specAt(steps, shifted);
  if (spec?.type !== "rescale" || (spec.factor ?? 1) !== 1 || !(Number(spec.shift) > 0))
    return undefined;
  const mean = meanOf(steps, steps[shifted!].inputs[0]);
  if (!mean || squaredOf(steps, mean.of) !== difference) return undefined;
  const source = centred(steps, difference, mean.axes);
  const options = { epsilon: Number(spec.shift), centred: source !== undefined };
  return { source: source ?? difference, layer: normalise(mean.axes, options) };
}

const specAt = (steps: readonly Step[], step: number): LayerSpec | undefined => {
  const { layer } = steps[step];
  return layer && specOf(layer);
};

/** v of 1/√v. */
function inverseRoot(steps: readonly Step[], step: number): number | undefined {
  const spec = specAt(steps, step);
  const [read] = steps[step].inputs;
  if (spec?.type === "power" && spec.exponent === -0.5) return read;
  const inverse =
    (spec?.type === "mathFunction" && spec.name === "reciprocal") ||
    (spec?.type === "power" && spec.exponent === -1);
  if (!inverse) return undefined;
  const root = specAt(steps, read);
  const isRoot =
    (root?.type === "mathFunction" && root.name === "sqrt") ||
    (root?.type === "power" && root.exponent === 0.5);
  return isRoot ? steps[read].inputs[0] : undefined;
}

/** What a step is the mean of, with the axes kept. */
function meanOf(
  steps: readonly Step[],
  step: number,
): { readonly of: number; readonly axes: readonly number[] } | undefined {
  const spec = specAt(steps, step);
  if (spec?.type === "reshape") {
    // an axis that was lost and is put back
    const inner = meanOf(steps, steps[step].inputs[0]);
    const kept =
      inner && steps[inner.of].shape.map((extent, k) => (inner.axes.includes(k) ? 1 : extent));
    return kept?.join() === steps[step].shape.join() ? inner : undefined;
  }
  return spec?.type === "meanAlong" ? { of: steps[step].inputs[0], axes: spec.axes } : undefined;
}

/** d of d². */
function squaredOf(steps: readonly Step[], step: number): number | undefined {
  const spec = specAt(steps, step);
  const [one, other] = steps[step].inputs;
  if (spec?.type === "power" && spec.exponent === 2) return one;
  return spec?.type === "multiply" && one === other ? one : undefined;
}

/** x of x − ⟨x⟩. */
function centred(
  steps: readonly Step[],
  step: number,
  axes: readonly number[],
): number | undefined {
  const { layer, inputs } = steps[step];
  if (layer?.kind !== "merge" || layer.mode !== "add" || inputs.length !== 2) return undefined;
  const isMean = (from: number, x: number): boolean => {
    const spec = specAt(steps, from);
    if (spec?.type === "expand") return isMean(steps[from].inputs[0], x);
    if (spec?.type !== "rescale" || spec.factor !== -1 || spec.shift) return false;
    const mean = meanOf(steps, steps[from].inputs[0]);
    const count = mean && size(mean.axes.map((axis) => steps[x].shape[axis]));
    return (
      mean?.of === x &&
      mean.axes.join() === axes.join() &&
      size(steps[x].shape) === size(steps[steps[from].inputs[0]].shape) * count!
    );
  };
  const [one, other] = inputs;
  return isMean(other, one) ? one : isMean(one, other) ? other : undefined;
}
