import { ConfigError } from "../../core/errors.js";
import type { ObjectGroup } from "./layer.js";
import type { Sides } from "./layerSpec.js";
import type { LayerSpec } from "./layerTypes.js";

/**
 * What a layer was called in the files that this library wrote before layers had specifications:
 * "conv1d(1→5, kernel 15, padding 1)". Read from files only; the name of a layer in memory is for
 * people.
 * @throws ConfigError if there is no such layer
 */
export function specOfText(text: string): LayerSpec {
  const spec = plain.has(text)
    ? { type: text }
    : (convolved(text) ?? pooled(text) ?? reshaped(text) ?? grouped(text) ?? numbered(text));
  if (!spec)
    throw new ConfigError(
      `specOfText: "${text.slice(0, 80)}" is no layer of this library. Write the file again with saveNetwork.`,
    );
  return spec as LayerSpec;
}

const plain: ReadonlySet<string> = new Set([
  "relu",
  "tanh",
  "sigmoid",
  "softplus",
  "flatten",
  "add",
  "concat",
  "globalAveragePool",
  "globalMaxPool",
  "globalSum",
]);

const convolution =
  /^(conv[123]d)\((\d+)→(\d+), kernel ([\d×]+)(?:, padding ([\d+×]+))?(?:, stride ([\d×]+))?(?:, dilation ([\d×]+))?\)$/;

function convolved(text: string): object | undefined {
  const [, type, inputs, outputs, extents, padding = "0", stride = "1", dilation = "1"] =
    convolution.exec(text) ?? [];
  if (!type) return undefined;
  const kernel = axes(extents);
  const each = (values: string): number[] => perAxis(axes(values), kernel.length);
  return {
    type,
    inputs: Number(inputs),
    outputs: Number(outputs),
    kernel,
    padding: perAxis(sides(padding), kernel.length),
    stride: each(stride),
    dilation: each(dilation),
  };
}

const pooling = /^(maxPool|averagePool)\(([\d×]+)(?:, stride ([\d×]+))?(?:, padding ([\d+×]+))?\)$/;

function pooled(text: string): object | undefined {
  const [, type, extents, stride, padding] = pooling.exec(text) ?? [];
  if (!type) return undefined;
  const window = axes(extents);
  if (window.length === 1 && stride === undefined && padding === undefined)
    return { type, window: window[0] };
  return {
    type,
    window,
    stride: stride === undefined ? window : perAxis(axes(stride), window.length),
    padding: perAxis(sides(padding ?? "0"), window.length),
  };
}

function reshaped(text: string): object | undefined {
  const [, shape] = /^reshape\(([\d×]+)\)$/.exec(text) ?? [];
  return shape === undefined ? undefined : { type: "reshape", shape: axes(shape) };
}

const groupText = String.raw`(\d+)×(\d+)(?: at (\d+))?`;
const sliced = new RegExp(`^slice\\(${groupText}\\)$`);
const paired = new RegExp(`^edges\\(${groupText}, ${groupText}→(\\d+)\\)$`);

function grouped(text: string): object | undefined {
  const group = (features: string, objects: string, start = "0"): ObjectGroup => ({
    start: Number(start),
    features: Number(features),
    objects: Number(objects),
  });
  const cut = sliced.exec(text);
  if (cut) return { type: "slice", group: group(cut[1], cut[2], cut[3]) };
  const pairs = paired.exec(text);
  if (!pairs) return undefined;
  const [receivers, senders] = [
    group(pairs[1], pairs[2], pairs[3]),
    group(pairs[4], pairs[5], pairs[6]),
  ];
  return { type: "edges", receivers, senders, outputs: Number(pairs[7]) };
}

/** The settings of layers written as "dense(3→4)" or "elu(0.7)". */
const numberedSettings: Readonly<Record<string, readonly string[]>> = {
  dense: ["inputs", "outputs"],
  objectDense: ["inputs", "outputs"],
  elu: ["scale"],
  leakyRelu: ["slope"],
  dropout: ["rate"],
  segmentSum: ["length"],
};

function numbered(text: string): object | undefined {
  const [, type, numbers] = /^(\w+)\(([^()]+)\)$/.exec(text) ?? [];
  if (type === undefined || !Object.hasOwn(numberedSettings, type)) return undefined;
  const values = numbers.split("→").map(Number);
  const settings = numberedSettings[type];
  if (values.length !== settings.length) return undefined;
  return { type, ...Object.fromEntries(settings.map((key, k) => [key, values[k]])) };
}

const axes = (text: string): number[] => text.split("×").map(Number);

const sides = (text: string): Sides =>
  text.split("×").map((part) => {
    const [before, after] = part.split("+").map(Number);
    return [before, after ?? before] as const;
  });

/** One entry stands for all axes. */
const perAxis = <T>(values: readonly T[], count: number): T[] =>
  values.length === 1 ? Array<T>(count).fill(values[0]) : [...values];
