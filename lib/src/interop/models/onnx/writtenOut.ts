import { gelu, silu } from "../../../nn/layers/functions.js";
import type { ElementwiseLayer } from "../../../nn/layers/layer.js";
import { specOf } from "../../../nn/layers/specOf.js";
import type { Step } from "./tape.js";

/** A function of one entry that was found written out: y = factor · layer(x of that step). */
export interface WrittenOut {
  readonly source: number;
  readonly layer: ElementwiseLayer;
  readonly factor: number;
}

/**
 * The function that a product of two steps writes out, if it is one of those that exporters do
 * not name: GELU in both forms, x ½ (1 + erf(x/√2)) and x ½ (1 + tanh √(2/π)(x + 0.044715 x³)),
 * and SiLU, x σ(x), whatever the order of their factors and where the ½ stands. They are known by
 * their values: a product that is a function of one step alone is compared at some points.
 */
export function writtenOut(steps: readonly Step[], a: number, b: number): WrittenOut | undefined {
  for (const source of new Set([...scaled(steps, a), ...scaled(steps, b)])) {
    const [x, y] = [a, b].map((step) => valuesOf(steps, step, source));
    if (!x || !y) continue;
    const found = known(x.map((value, p) => value * y[p]));
    if (found) return { source, ...found };
  }
  return undefined;
}

/** A step, and what it is a multiple of. */
function scaled(steps: readonly Step[], step: number): number[] {
  const { layer, inputs } = steps[step];
  const spec = layer && specOf(layer);
  const isMultiple = spec?.type === "rescale" && spec.shift === undefined;
  return isMultiple ? [step, ...scaled(steps, inputs[0])] : [step];
}

/**
 * Where functions are compared: unlike numbers of either sign, on both sides of their bends, and
 * far out, where a sigmoid of clipped numbers is another one.
 */
const points = Float64Array.of(
  ...[-100, -47, -21, -12, -8],
  ...Array.from({ length: 41 }, (_, p) => 0.31 * (p - 20) + 0.07),
  ...[8, 12, 21, 47, 100],
);

/** Numbers of a file are rounded to single precision. */
const CLOSE = 1e-6;

/** The longest way from a product to what it is a function of. */
const LONGEST = 12;

/** A step at the points, as a function of one step; undefined if it is none. */
function valuesOf(
  steps: readonly Step[],
  step: number,
  source: number,
  left = LONGEST,
): Float64Array | undefined {
  if (step === source) return points;
  const { layer, inputs, shape } = steps[step];
  if (left === 0 || !layer || shape.join() !== steps[source].shape.join()) return undefined;
  const isSum = layer.kind === "merge" && layer.mode === "add";
  const isProduct = layer.kind === "product" && specOf(layer)?.type === "multiply";
  if (layer.kind !== "elementwise" && !isSum && !isProduct) return undefined;
  const read: Float64Array[] = [];
  for (const own of inputs) {
    const values = valuesOf(steps, own, source, left - 1);
    if (!values) return undefined;
    read.push(values);
  }
  if (layer.kind === "elementwise") {
    const y = new Float64Array(points.length);
    layer.value(read[0], y, y.length);
    return y;
  }
  return points.map((_, p) =>
    read.reduce((all, { [p]: x }) => (isSum ? all + x : all * x), isSum ? 0 : 1),
  );
}

/** Which multiple of which function has these values. */
function known(values: Float64Array): Omit<WrittenOut, "source"> | undefined {
  const y = new Float64Array(points.length);
  const last = points.length - 1;
  for (const layer of [gelu(), gelu({ approximate: "tanh" }), silu()]) {
    layer.value(points, y, y.length);
    const factor = rounded(values[last] / y[last]);
    const size = CLOSE * Math.abs(factor);
    if (
      size > 0 &&
      values.every(
        (value, p) => Math.abs(value - factor * y[p]) <= size * Math.max(1, Math.abs(points[p])),
      )
    )
      return { layer, factor };
  }
  return undefined;
}

/** A half, one or two where rounding alone makes a difference. */
const rounded = (factor: number): number =>
  [0.5, 1, 2].find((own) => Math.abs(factor - own) <= CLOSE * own) ?? factor;
