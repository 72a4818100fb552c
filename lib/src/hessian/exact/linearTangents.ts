import type { Evaluator } from "../../nn/network/evaluator.js";
import type { KeptTangents } from "./keptTangents.js";
import type { Route } from "./route.js";
import type { TangentStore } from "./tangentStore.js";

/**
 * to[destination(f + shift)] += factor · slope · from[f] along a route.
 * @param slope  of each feature (default 1)
 */
export function transfer(
  { addRow }: TangentStore,
  from: KeptTangents,
  to: KeptTangents,
  route: Route,
  shift = 0,
  slope?: Float64Array,
): void {
  for (let f = 0; f < from.features; f++) {
    const factor = route.factor[f + shift] * (slope ? slope[f] : 1);
    if (factor !== 0) addRow(from, f, to, route.destination[f + shift], factor);
  }
}

/** The same through the windows of a pooling that may share features, which no route can say. */
export function throughWindows(
  { addRow }: TangentStore,
  { steps, sources }: Evaluator,
  node: number,
  from: KeptTangents,
  to: KeptTangents,
  route: Route,
  sample: number,
): void {
  const pooling = steps[node].pooling!;
  const height = route.factor.length;
  const table = pooling.selects
    ? sources[node].subarray(sample * height, (sample + 1) * height)
    : pooling.sources;
  for (let p = 0; p < table.length; p++) {
    const f = Math.floor(p / pooling.window);
    const factor =
      route.factor[f] * (pooling.coefficients ? pooling.coefficients[f] : pooling.coefficient);
    if (factor !== 0 && table[p] >= 0) addRow(from, table[p], to, route.destination[f], factor);
  }
}

/** f′ at the `width` inputs of a smooth function. */
export function slopesOf(
  { steps, values }: Evaluator,
  node: number,
  width: number,
  sample: number,
): Float64Array {
  const {
    layer,
    inputs: [input],
    output,
  } = steps[node];
  const slope = new Float64Array(width);
  const at = sample * width;
  if (layer.kind === "elementwise")
    layer.derivative(
      values[input].subarray(at, at + width),
      values[output].subarray(at, at + width),
      slope,
      width,
    );
  return slope;
}
