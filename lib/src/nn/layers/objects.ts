import { shown } from "../../core/oneOf.js";
import { takes, type ArgumentKind } from "../../core/arguments/takes.js";
import { record } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import { conv1d } from "./convolution.js";
import { prepareAffine } from "./affineStep.js";
import { built } from "./builtLayer.js";
import type { AffineLayer, ObjectGroup, PoolingLayer, SliceLayer } from "./layer.js";
import { preparePooling } from "./poolingStep.js";
import { prepareSlice } from "./structureSteps.js";
import type { BuiltSpec } from "./layerSpec.js";

/** { start, features, objects }, of which the numbers are looked at by `checkGroup`. */
export const aGroup: ArgumentKind = record({}, "a group { start, features, objects }");

/** The objects of one group of a flat sample: [entries] → [features, objects]. */
export function slice(from: ObjectGroup): SliceLayer {
  takes("slice", { from: [from, aGroup] });
  const group = copyOfGroup(from);
  const name = `slice(${describeGroup(group)})`;
  checkGroup(group, name);
  return built<SliceLayer>(
    { type: "slice", group },
    {
      kind: "slice",
      name,
      start: group.start,
      outputShape([input]) {
        checkFlat(input, [group], name);
        return [group.features, group.objects];
      },
      prepare: prepareSlice,
    },
  );
}

/**
 * One dense layer for every object: y_jt = Σ_i W_ji x_it + b_j, samples [inputs, objects]. Weight
 * [outputs, inputs].
 */
export function objectDense(inputs: number, outputs: number): AffineLayer {
  const name = `objectDense(${inputs}→${outputs})`;
  for (const width of [inputs, outputs]) {
    if (!Number.isInteger(width) || width < 1)
      throw new ConfigError(`${name}: widths must be positive whole numbers, got ${shown(width)}.`);
  }
  const same = conv1d(inputs, outputs, 1);
  return built<AffineLayer>(
    { type: "objectDense", inputs, outputs },
    {
      kind: "affine",
      name,
      weightShape: [outputs, inputs],
      biasShape: [outputs],
      convolution: same.convolution,
      outputShape([input]) {
        if (input.length !== 2 || input[0] !== inputs) {
          throw new ShapeError(
            `${name}: samples must have shape [${inputs}, objects], got [${input}].`,
            { got: input },
          );
        }
        return [outputs, input[1]];
      },
      prepare: prepareAffine,
      map: (input) => same.map(input),
    },
  );
}

/** Sums over runs of `length` neighbouring objects: [c, n · length] → [c, n]. */
export function segmentSum(length: number): PoolingLayer {
  const name = `segmentSum(${length})`;
  if (!Number.isInteger(length) || length < 1)
    throw new ConfigError(`${name}: the length must be a whole number ≥ 1, got ${shown(length)}.`);
  return sums({ type: "segmentSum", length }, name, ([input]) => {
    if (input.length !== 2 || input[1] % length !== 0) {
      throw new ShapeError(
        `${name}: samples must have shape [channels, a multiple of ${length}], got [${input}].`,
        { got: input },
      );
    }
    return [input[0], input[1] / length];
  });
}

/** The sum of each channel over all of its space: [c, …] → [c]. */
export function globalSum(): PoolingLayer {
  return sums({ type: "globalSum" }, "globalSum", ([input]) => {
    if (input.length < 2)
      throw new ShapeError(
        `globalSum: samples must have shape [channels, …space], got [${input}].`,
        { got: input },
      );
    return [input[0]];
  });
}

/** Sums over the entries in order, as many as the shapes say. */
function sums(
  spec: BuiltSpec,
  name: string,
  outputShape: (inputs: readonly Shape[]) => Shape,
): PoolingLayer {
  return built<PoolingLayer>(spec, {
    kind: "pooling",
    name,
    mode: "sum",
    outputShape,
    prepare: preparePooling,
    map(input) {
      const [features, count] = [size(input), size(outputShape([input]))];
      const window = features / count;
      return {
        window,
        coefficient: 1,
        selects: false,
        sources: Int32Array.from({ length: features }, (_, f) => f),
        forward(x, y, _sources, batch) {
          for (let f = 0, p = 0; f < batch * count; f++) {
            let sum = 0;
            for (let e = 0; e < window; e++) sum += x[p++];
            y[f] = sum;
          }
        },
      };
    },
  });
}

/** "30×60" or "14×5 at 1800", as in the names of layers. */
export const describeGroup = ({ start, features, objects }: ObjectGroup): string =>
  `${features}×${objects}${start > 0 ? ` at ${start}` : ""}`;

/** So that what the caller does to its own is nothing to a layer. */
export const copyOfGroup = ({ start, features, objects }: ObjectGroup): ObjectGroup => ({
  start,
  features,
  objects,
});

/** @throws ConfigError unless all three numbers make sense */
export function checkGroup({ start, features, objects }: ObjectGroup, what: string): void {
  for (const [name, value, least] of [
    ["start", start, 0],
    ["features", features, 1],
    ["objects", objects, 1],
  ] as const) {
    if (!Number.isInteger(value) || value < least) {
      throw new ConfigError(
        `${what}: ${name} of a group must be a whole number ≥ ${least}, got ${value}.`,
      );
    }
  }
}

/** @throws ShapeError unless a sample is flat and holds the groups */
export function checkFlat(input: Shape, groups: readonly ObjectGroup[], what: string): void {
  const end = Math.max(...groups.map(({ start, features, objects }) => start + features * objects));
  if (input.length !== 1 || input[0] < end) {
    throw new ShapeError(
      `${what}: samples must be flat with ${end} entries or more, got [${input}]. Check the number of objects and of features.`,
      { got: input, end },
    );
  }
}
