import type { ElementwiseLayer, Layer } from "./layer.js";
import type { BuiltSpec } from "./layerSpec.js";

/**
 * Layers that a function of this library made, and what they are. A copy that somebody changed (`{
 * ...tanh(), value: clip }`) has the same fields, but it is not in here: what it computes, nobody
 * but its maker knows.
 */
const specs = new WeakMap<object, BuiltSpec>();

/**
 * Makes a layer one of this library's. It can no longer be changed in place, so that it stays what
 * its specification says.
 */
export function built<L extends Layer>(spec: BuiltSpec, layer: L): L {
  const own = frozen(spec);
  const made: L = { ...layer, spec: own };
  Object.freeze(made);
  specs.set(made, own);
  return made;
}

/** What a function of this library made the layer as; see `specOf`. */
export const builtSpec = (layer: Layer): BuiltSpec | undefined => specs.get(layer);

/**
 * Whether f″ of a layer may differ from 0. What is said of that (`piecewiseLinear`) holds for
 * layers of this library; a changed copy still says what the layer said that it was made of, so it
 * is asked for f″ itself.
 */
export function isCurved(layer: Layer): layer is ElementwiseLayer {
  return layer.kind === "elementwise" && !(layer.piecewiseLinear && builtSpec(layer));
}

function frozen<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map((entry: unknown) => frozen(entry))) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.freeze(
    Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, frozen(entry as unknown)]),
    ),
  ) as T;
}
