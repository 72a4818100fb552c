import type { Shape } from "../../../core/tensor.js";
import { expand } from "../../../nn/layers/gather.js";
import { refused, type Call } from "./call.js";
import { alongAxes, apply } from "./importing.js";
import { isKnown, sampleShape, size, viewed, type Value } from "./value.js";

/** The shape of several values together, as NumPy broadcasts. */
export function commonShape(call: Call, shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, k) => {
    const extents = shapes.map((shape) => shape[shape.length - rank + k] ?? 1);
    const extent = extents.find((own) => own !== 1) ?? 1;
    if (extents.every((own) => own === 1 || own === extent)) return extent;
    const list = shapes.map((shape) => `[${shape}]`).join(" and ");
    throw refused(call, `reads values of shapes ${list}, which do not fit`, "Check the extents");
  });
}

/** A value repeated along the axes in which it has one entry or which it lacks in front. */
export function expanded(call: Call, value: Value, shape: Shape): Value {
  if (value.shape.join() === shape.join()) return value;
  if (size(value.shape) === size(shape)) return viewed(value, shape);
  const missing = shape.length - value.shape.length;
  const full = [...Array<number>(missing).fill(1), ...value.shape];
  const own = sampleShape(shape);
  const from = shape.length - own.length;
  return apply(
    call.importing,
    expand(own),
    [[viewed(value, full), own.length < shape.length ? full.slice(from) : sampleOf(full)]],
    { shape, whole: value.whole },
  );
}

const sampleOf = (shape: Shape): Shape => (shape.length === 0 ? [1] : shape);

export { alongAxes, isKnown };
