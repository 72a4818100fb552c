import { count, listOf, optional, record, truth } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import { built } from "./builtLayer.js";
import type { PoolingLayer } from "./layer.js";
import { preparePooling } from "./poolingStep.js";
import { groupsAlong } from "./sourceTables.js";
import { windowMaximum, windowMean, windowSum } from "./windowMaps.js";

/** Options of `sumAlong`, `meanAlong` and `maximumAlong`. */
export interface AlongOptions {
  /** Whether the axes stay, with extent 1 (default false). */
  readonly keep?: boolean;
}

/**
 * The sum over some axes of a sample, the first being 0; a single number is left as shape [1].
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * console.log(nn.sumAlong([1]).outputShape([[4, 7, 2]])); // → [ 4, 2 ]
 * ```
 */
export const sumAlong = (axes: readonly number[], options: AlongOptions = {}): PoolingLayer =>
  along("sumAlong", axes, options);

/** The mean over some axes, likewise. */
export const meanAlong = (axes: readonly number[], options: AlongOptions = {}): PoolingLayer =>
  along("meanAlong", axes, options);

/** The largest entry over some axes, likewise; of equal ones the first is passed on. */
export const maximumAlong = (axes: readonly number[], options: AlongOptions = {}): PoolingLayer =>
  along("maximumAlong", axes, options);

const modes = {
  sumAlong: { mode: "sum", map: windowSum },
  meanAlong: { mode: "average", map: windowMean },
  maximumAlong: { mode: "maximum", map: windowMaximum },
} as const;

function along(
  type: keyof typeof modes,
  given: readonly number[],
  options: AlongOptions,
): PoolingLayer {
  takes(type, {
    axes: [given, listOf(count(), 1)],
    options: [options, record({ keep: optional(truth) })],
  });
  const { keep = false } = options;
  const axes = [...given];
  const name = `${type}(${axes.join(", ")}${keep ? ", kept" : ""})`;
  if (new Set(axes).size < axes.length)
    throw new ConfigError(`${name}: each axis must be there once.`);
  const { mode, map } = modes[type];
  const outputShape = ([input]: readonly Shape[]): Shape => {
    if (axes.some((axis) => axis >= input.length))
      throw new ShapeError(`${name}: samples of shape [${input}] do not have these axes.`, {
        got: input,
      });
    if (keep) return input.map((extent, k) => (axes.includes(k) ? 1 : extent));
    const left = input.filter((_, k) => !axes.includes(k));
    return left.length > 0 ? left : [1];
  };
  return built<PoolingLayer>(
    { type, axes, ...(keep && { keep }) },
    {
      kind: "pooling",
      name,
      mode,
      axes,
      outputShape,
      prepare: preparePooling,
      map: (input) => map(size(outputShape([input])), size(input), groupsAlong(input, axes)),
    },
  );
}
