import { ConfigError } from "../../core/errors.js";
import { shown } from "../../core/oneOf.js";
import { built } from "./builtLayer.js";
import { prepareElementwise } from "./elementwiseStep.js";
import type { ElementwiseLayer } from "./layer.js";
import type { BuiltSpec } from "./layerSpec.js";

/** f, f′ and f″ of (x, y = f(x)); without f″ the function is made of straight pieces. */
export interface EntryFunction {
  value(x: number): number;
  first(x: number, y: number): number;
  second?(x: number, y: number): number;
}

/** A function of the library. @param kinks where f′ or f jumps, if that is not at 0 alone */
export const byEntry = (
  spec: BuiltSpec,
  name: string,
  own: EntryFunction,
  kinks?: readonly number[],
): ElementwiseLayer => built(spec, { ...ownFunction(name, own), ...(kinks && { kinks }) });

/** A function that nobody answers for. */
export function ownFunction(
  name: string,
  { value, first, second }: EntryFunction,
): ElementwiseLayer {
  return {
    kind: "elementwise",
    name,
    piecewiseLinear: second === undefined,
    outputShape: ([input]) => input,
    prepare: prepareElementwise,
    value(x, y, count) {
      for (let p = 0; p < count; p++) y[p] = value(x[p]);
    },
    derivative(x, y, d, count) {
      for (let p = 0; p < count; p++) d[p] = first(x[p], y[p]);
    },
    secondDerivative(x, y, d, count) {
      if (second) for (let p = 0; p < count; p++) d[p] = second(x[p], y[p]);
      else d.fill(0, 0, count);
    },
  };
}

/** @throws ConfigError unless a setting is a finite number */
export function checkNumber(layer: string, what: string, value: number): void {
  if (!Number.isFinite(value))
    throw new ConfigError(`${layer}: the ${what} must be a finite number, got ${shown(value)}.`);
}
