import { size, type Shape } from "../../../core/tensor.js";
import { conv1d, conv2d, conv3d, type ConvolutionOptions } from "../../../nn/layers/convolution.js";
import type { AffineLayer } from "../../../nn/layers/layer.js";
import { windowCounts } from "../../../nn/layers/windowSites.js";
import { activated } from "./activations.js";
import { afterAffine } from "./affineLayers.js";
import {
  addPart,
  channelsOf,
  pointwise,
  settled,
  type Affine,
  type Parameters,
  type Value,
} from "./importer.js";
import type { Importing } from "./importing.js";
import { leavesOut, noPadding, samePadding } from "./samePadding.js";
import type { Settings } from "./settings.js";

/** What `leavesOut` means to the reader. */
export const SHIFTED =
  'leaves out entries by its stride; TensorFlow.js in plain JavaScript would shift its "same" windows, as TensorFlow does not.';

/** A dense layer on flat values, or on the channels of every site. */
export const importDense: Importing = (importer, settings, [input], weights, title) => {
  const value = input.padding ? settled(importer, input, title) : input;
  const [from, to] = [channelsOf(value.shape), settings.whole("units", 1)[0]];
  const kernel = weights("kernel", [from, to]);
  const bias = settings.flag("use_bias", true) ? weights("bias", [to]) : new Float64Array(to);
  const weight = new Float64Array(to * from);
  for (let j = 0; j < to; j++)
    for (let f = 0; f < from; f++)
      weight[j * from + f] = kernel[(value.order ? value.order[f] : f) * to + j];
  const folded = withPending({ weight, bias }, from, value.pending, value.order);
  const shape = [...value.shape.slice(0, -1), to];
  const index = addPart(importer, {
    layer: pointwise(from, to, shape.length - 1),
    inputs: [value.index],
    parameters: folded,
  });
  return activated(importer, settings, { index, shape, alone: true });
};

const convolutions = [
  (from: number, to: number, [k]: Shape, options: ConvolutionOptions): AffineLayer =>
    conv1d(from, to, k, options),
  (from: number, to: number, [a, b]: Shape, options: ConvolutionOptions): AffineLayer =>
    conv2d(from, to, [a, b], options),
  (from: number, to: number, [a, b, c]: Shape, options: ConvolutionOptions): AffineLayer =>
    conv3d(from, to, [a, b, c], options),
];

export const importConvolution =
  (axes: 1 | 2 | 3): Importing =>
  (importer, settings, [input], weights, title) => {
    const [from, to] = [channelsOf(input.shape), settings.whole("filters", 1)[0]];
    const [kernel, stride, dilation] = [
      settings.whole("kernel_size", axes),
      settings.whole("strides", axes, 1),
      settings.whole("dilation_rate", axes, 1),
    ];
    if (settings.whole("groups", 1, 1)[0] !== 1)
      settings.fault("groups must be 1. Use one convolution for each group and concatenate");
    const extents = spaceOf(settings, input, axes);
    const added = convolutionPadding(settings, extents, kernel, stride, dilation);
    const padding = added.map(
      ([before, after], a) =>
        [before + (input.padding?.[a]?.[0] ?? 0), after + (input.padding?.[a]?.[1] ?? 0)] as const,
    );
    const own = weights("kernel", [...kernel, from, to]);
    const bias = settings.flag("use_bias", true) ? weights("bias", [to]) : new Float64Array(to);
    const taps = size(kernel);
    const weight = new Float64Array(to * from * taps);
    for (let k = 0, p = 0; k < taps; k++)
      for (let i = 0; i < from; i++)
        for (let j = 0; j < to; j++) weight[(j * from + i) * taps + k] = own[p++];
    // zeros are added behind the normalisation, so a shift cannot be moved past them
    const passable = noPadding(padding) || input.pending?.shift.every((shift) => shift === 0);
    const value =
      input.pending && !passable
        ? { ...settled(importer, { ...input, padding: undefined }, title), padding: input.padding }
        : input;
    const folded = withPending({ weight, bias }, from, value.pending);
    const out = windowCounts(extents, { kernel, padding: added, stride, dilation });
    if (out.some((extent) => extent < 1))
      settings.fault(`the kernel [${kernel}] is longer than its input [${extents}]`);
    const layer = convolutions[axes - 1](from, to, kernel, { padding, stride, dilation });
    const index = addPart(importer, { layer, inputs: [value.index], parameters: folded });
    return activated(importer, settings, {
      index,
      shape: [...out.map((extent) => Math.max(1, extent)), to],
      alone: true,
    });
  };

/** Extents of space of a value that must have so many axes of it. */
export function spaceOf(settings: Settings, { shape }: Value, axes: number): Shape {
  if (settings.text("data_format", "channels_last") !== "channels_last") {
    settings.fault("data_format must be channels_last. Convert the model");
  }
  if (shape.length === axes + 1) return shape.slice(0, -1);
  settings.fault(`takes samples with ${axes} axes of space and channels, got [${shape}]`);
  return Array<number>(axes).fill(1);
}

function convolutionPadding(
  settings: Settings,
  extents: Shape,
  kernel: Shape,
  stride: Shape,
  dilation: Shape,
): readonly (readonly [number, number])[] {
  const kind = settings.text("padding", "valid");
  if (kind === "same" && kernel.length === 3 && leavesOut(extents, kernel, stride))
    settings.note(SHIFTED);
  if (kind === "same") return samePadding(extents, kernel, stride, dilation);
  if (kind === "causal" && kernel.length === 1) return [[dilation[0] * (kernel[0] - 1), 0]];
  if (kind !== "valid")
    settings.fault(`padding must be "valid" or "same", got ${JSON.stringify(kind)}`);
  return extents.map(() => [0, 0] as const);
}

/** Weights that read x in place of scale · x + shift. */
function withPending(
  { weight, bias }: Parameters,
  from: number,
  pending: Affine | undefined,
  order?: Int32Array,
): Parameters {
  if (!pending) return { weight, bias };
  const [to, taps] = [bias.length, weight.length / (bias.length * from)];
  const made = { weight: weight.slice(), bias: bias.slice() };
  for (let j = 0, p = 0; j < to; j++) {
    for (let i = 0; i < from; i++) {
      const channel = order ? order[i] : i;
      for (let k = 0; k < taps; k++, p++) {
        made.weight[p] *= pending.scale[channel];
        made.bias[j] += weight[p] * pending.shift[channel];
      }
    }
  }
  return made;
}

/**
 * Batch normalisation with its statistics as they were learnt: γ (x − μ) / √(σ² + ε) + β, taken up
 * by the layer before or after it.
 */
export const importBatchNormalisation: Importing = (
  importer,
  settings,
  [input],
  weights,
  title,
) => {
  const value = input.padding ? settled(importer, input, title) : input;
  const axis = [settings.raw("axis") ?? -1].flat();
  if (axis.length !== 1 || (axis[0] !== -1 && axis[0] !== value.shape.length)) {
    settings.fault(`axis must be that of the channels, -1, got ${JSON.stringify(axis)}`);
  }
  const c = channelsOf(value.shape);
  const [mean, variance] = [weights("moving_mean", [c]), weights("moving_variance", [c])];
  const gamma = settings.flag("scale", true) ? weights("gamma", [c]) : new Float64Array(c).fill(1);
  const beta = settings.flag("center", true) ? weights("beta", [c]) : new Float64Array(c);
  const epsilon = settings.number("epsilon", 1e-3);
  const scale = gamma.map((g, k) => g / Math.sqrt(variance[k] + epsilon));
  const shift = beta.map((b, k) => b - mean[k] * scale[k]);
  if (!scale.every(Number.isFinite))
    settings.fault(`its variances with ε = ${epsilon} are not positive`);
  return afterAffine(importer, value, { scale, shift, of: "a batch normalisation" }, title);
};
