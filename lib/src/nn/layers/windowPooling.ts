import { ConfigError, ShapeError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import {
  describeAxes,
  describePadding,
  paddings,
  perAxis,
  type Padding,
  type PerAxis,
} from "./axes.js";
import { built } from "./builtLayer.js";
import type { PoolingLayer, PoolingWindow } from "./layer.js";
import { preparePooling } from "./poolingStep.js";
import { windowMaximum, windowMean } from "./windowMaps.js";
import { windowCounts, windowFeatures, type Windows } from "./windowSites.js";

/** Stride and padding of a pooling. */
export interface PoolingOptions {
  /** Step of the window (default: its extent, so that windows stand side by side). */
  readonly stride?: PerAxis;
  /**
   * Room around space into which windows may reach (default 0); it holds nothing that counts,
   * neither for a maximum nor for a mean.
   */
  readonly padding?: Padding;
}

/** Pooling by windows of any extent, stride and padding. */
export function windowPool(
  mode: "maximum" | "average",
  kind: "maxPool" | "averagePool",
  window: readonly number[],
  options: PoolingOptions,
): PoolingLayer {
  const extent = [...window];
  const axes = extent.length;
  const own = `${kind}(${extent.join("×")}`;
  perAxis(extent, axes, 1, `${own}): the window`);
  const stride = perAxis(options.stride ?? extent, axes, 1, `${own}): stride`);
  const padding = paddings(options.padding ?? 0, axes, `${own}): padding`);
  padding.forEach((sides, axis) => {
    if (Math.max(...sides) >= extent[axis]) {
      throw new ConfigError(
        `${own}): padding ${sides} is not less than the window of ${extent[axis]}, so a window may be empty. Use less.`,
      );
    }
  });
  const pad = describePadding(padding);
  const name = `${own}${stride.join() === extent.join() ? "" : `, stride ${describeAxes(stride)}`}${pad === "0" ? "" : `, padding ${pad}`})`;
  const windows: PoolingWindow = { extent, stride, padding };
  const steps: Windows = { kernel: extent, stride, padding };
  const outputShape = ([input]: readonly Shape[]): Shape => {
    const out = windowCounts(input.slice(1), steps);
    if (input.length !== axes + 1 || out.some((count) => !(count >= 1))) {
      throw new ShapeError(
        `${name}: samples must have shape [channels${", length".repeat(axes)}] with room for a window, got [${input}].`,
        { got: input },
      );
    }
    return [input[0], ...out];
  };
  return built<PoolingLayer>(
    { type: kind, window: extent, stride, padding },
    {
      kind: "pooling",
      name,
      mode,
      window: windows,
      overlaps: stride.some((step, axis) => step < extent[axis]),
      outputShape,
      prepare: preparePooling,
      map(input) {
        const output = outputShape([input]);
        const sources = windowFeatures(input, output.slice(1), steps);
        return (mode === "average" ? windowMean : windowMaximum)(
          size(output),
          size(input),
          sources,
        );
      },
    },
  );
}
