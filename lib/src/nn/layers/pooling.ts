import { takes } from "../../core/arguments/takes.js";
import { kind, record } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import { makeArena } from "../../kernels/arena.js";
import type { PerAxis } from "./axes.js";
import { built } from "./builtLayer.js";
import type { PoolingLayer, PoolingMap } from "./layer.js";
import { preparePooling } from "./poolingStep.js";
import { windowPool, type PoolingOptions } from "./windowPooling.js";
import { windowCounts, windowFeatures, type Windows } from "./windowSites.js";

/**
 * The largest entry of each window. By default windows do not overlap and a shorter remainder is
 * dropped, as in PyTorch.
 * @param window  one number for all axes, or one for each
 */
export function maxPool(window: PerAxis, options: PoolingOptions = {}): PoolingLayer {
  return anyPool("maxPool", "maximum", window, options);
}

/** The mean of each window, likewise. */
export function averagePool(window: PerAxis, options: PoolingOptions = {}): PoolingLayer {
  return anyPool("averagePool", "average", window, options);
}

const isWhole = (value: unknown): boolean => typeof value === "number" || Array.isArray(value);
const extents = kind("a whole number, or one for each axis", isWhole);
const sidesOrOne = kind("a whole number, or one or two for each axis", isWhole);

/** Cubes side by side have a faster way of their own. */
function anyPool(
  kind: "maxPool" | "averagePool",
  mode: "maximum" | "average",
  window: PerAxis,
  options: PoolingOptions,
): PoolingLayer {
  takes(kind, { window: [window, extents], options: [options, record()] });
  const { stride = window, padding = 0 } = options;
  takes(kind, { stride: [stride, extents], padding: [padding, sidesOrOne] });
  const numbers = (values: PerAxis): readonly number[] =>
    typeof values === "number" ? [values] : values;
  const [first] = numbers(window);
  const cubic = [...numbers(window), ...numbers(stride)].every((one) => one === first);
  const sides = typeof padding === "number" ? [padding] : padding.flat();
  if (cubic && sides.every((one) => one === 0)) return pool(kind, mode, first);
  // a stride or padding that differs from axis to axis says how many axes there are
  const axes = [window, stride, padding].find((one) => typeof one === "object");
  if (!axes)
    throw new ConfigError(
      `${kind}(${window}): with a stride or padding it must know the number of axes. Write the window as [${window}, …].`,
    );
  return windowPool(
    mode,
    kind,
    typeof window === "number" ? axes.map(() => window) : window,
    options,
  );
}

/** The mean of each channel over all of its space: [c, …] → [c]. */
export function globalAveragePool(): PoolingLayer {
  return built<PoolingLayer>(
    { type: "globalAveragePool" },
    {
      kind: "pooling",
      name: "globalAveragePool",
      mode: "average",
      outputShape([input]) {
        if (input.length < 2)
          throw new ShapeError(
            `globalAveragePool: samples must have shape [channels, …space], got [${input}].`,
            { got: input },
          );
        return [input[0]];
      },
      prepare: preparePooling,
      map(input) {
        const sources = Int32Array.from({ length: size(input) }, (_, f) => f);
        return average(input[0], size(input), sources);
      },
    },
  );
}

/** The largest entry of each channel over all of its space: [c, …] → [c]. */
export function globalMaxPool(): PoolingLayer {
  return built<PoolingLayer>(
    { type: "globalMaxPool" },
    {
      kind: "pooling",
      name: "globalMaxPool",
      mode: "maximum",
      outputShape([input]) {
        if (input.length < 2)
          throw new ShapeError(
            `globalMaxPool: samples must have shape [channels, …space], got [${input}].`,
            { got: input },
          );
        return [input[0]];
      },
      prepare: preparePooling,
      map: (input) =>
        maximum(
          input[0],
          size(input),
          Int32Array.from({ length: size(input) }, (_, f) => f),
        ),
    },
  );
}

function pool(
  kind: "maxPool" | "averagePool",
  mode: "maximum" | "average",
  window: number,
): PoolingLayer {
  const name = `${kind}(${window})`;
  if (!Number.isInteger(window) || window < 1)
    throw new ConfigError(`${name}: the window must be a whole number ≥ 1, got ${window}.`);
  const outputShape = ([input]: readonly Shape[]): Shape => {
    const out = windowCounts(input.slice(1), cubes(input.length - 1, window));
    if (input.length < 2 || out.some((extent) => extent < 1)) {
      throw new ShapeError(
        `${name}: samples must have shape [channels, …space] with space ≥ ${window}, got [${input}].`,
        { got: input },
      );
    }
    return [input[0], ...out];
  };
  return built<PoolingLayer>(
    { type: kind, window },
    {
      kind: "pooling",
      name,
      mode,
      extent: window,
      outputShape,
      prepare: preparePooling,
      map(input) {
        const output = outputShape([input]);
        const windows = windowFeatures(input, output.slice(1), cubes(input.length - 1, window));
        const count = size(output);
        return (mode === "average" ? average : maximum)(count, size(input), windows);
      },
    },
  );
}

/** Cubes side by side over space of so many axes. */
function cubes(axes: number, extent: number): Windows {
  const every = Array<number>(axes).fill(extent);
  return { kernel: every, stride: every, padding: every.map(() => [0, 0] as const) };
}

function average(count: number, features: number, sources: Int32Array): PoolingMap {
  const window = sources.length / count;
  return {
    window,
    coefficient: 1 / window,
    selects: false,
    sources,
    forward(x, y, _sources, batch) {
      for (let n = 0; n < batch; n++) {
        for (let f = 0, p = 0; f < count; f++) {
          let sum = 0;
          for (let e = 0; e < window; e++) sum += x[n * features + sources[p++]];
          y[n * count + f] = sum / window;
        }
      }
    },
  };
}

/** Samples whose entries are staged together: a few thousand of these. */
const STAGED = 4096;

function maximum(count: number, features: number, windows: Int32Array): PoolingMap {
  const entries = windows.length / count;
  const together = Math.max(1, Math.floor(STAGED / features));
  const arena = makeArena({
    doubles: together * (features + count),
    integers: count + entries + together * count,
  });
  const { f64, i32 } = arena;
  const [xs, ys] = [arena.doubles(together * features), arena.doubles(together * count)];
  const [first, offsets] = [arena.integers(count), arena.integers(entries)];
  const places = arena.integers(together * count);
  // All windows have one shape: the place of the first entry and the others' distance from it say
  // everything
  for (let f = 0; f < count; f++) i32[first + f] = windows[f * entries];
  for (let e = 0; e < entries; e++) i32[offsets + e] = windows[e] - windows[0];
  return {
    window: 1,
    coefficient: 1,
    selects: true,
    sources: new Int32Array(0),
    forward(x, y, sources, batch) {
      for (let from = 0; from < batch; from += together) {
        const samples = Math.min(together, batch - from);
        f64.set(x.subarray(from * features, (from + samples) * features), xs);
        for (let n = 0; n < samples; n++) {
          const [value, place] = [ys + n * count, places + n * count];
          const at = xs + n * features;
          arena.maximum(count, entries, first, offsets, at, value, place, -Infinity);
        }
        y.set(f64.subarray(ys, ys + samples * count), from * count);
        sources.set(i32.subarray(places, places + samples * count), from * count);
      }
    },
  };
}
