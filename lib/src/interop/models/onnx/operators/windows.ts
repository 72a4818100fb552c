import type { Shape } from "../../../../core/tensor.js";
import { maximumAlong, meanAlong } from "../../../../nn/layers/alongAxes.js";
import { pad } from "../../../../nn/layers/gather.js";
import type { Layer } from "../../../../nn/layers/layer.js";
import { averagePool, maxPool } from "../../../../nn/layers/pooling.js";
import { windowCounts } from "../../../../nn/layers/windowSites.js";
import { input, numbers, optionalNumbers, refused, type Call, type OnnxOperator } from "../call.js";
import { alongAxes, apply, weighted } from "../importing.js";
import { known, type Known, type Value } from "../value.js";
import { biasOf } from "./linear.js";
import { joined, taken } from "./movement.js";
import { convolutionLayer, type Windows } from "./convolutionLayer.js";
import { transposedConvolution } from "./transposedConvolution.js";

function windowsOf(call: Call, kernel: Shape, space: Shape): Windows {
  const { attributes } = call.node;
  const axes = kernel.length;
  const stride = attributes.integers("strides") ?? kernel.map(() => 1);
  const dilation = attributes.integers("dilations") ?? kernel.map(() => 1);
  const pads = attributes.integers("pads") ?? Array<number>(2 * axes).fill(0);
  const lists = [stride, dilation, pads.slice(0, axes), pads.slice(axes)];
  if (space.length !== axes || lists.some((list) => list.length !== axes))
    throw refused(call, `has a window [${kernel}] over [${space}]`, "Export the model again");
  const kind = attributes.text("auto_pad", "NOTSET");
  const padding = space.map((extent, k): [number, number] => {
    if (kind === "NOTSET") return [pads[k], pads[k + axes]];
    if (kind === "VALID") return [0, 0];
    const reach = dilation[k] * (kernel[k] - 1) + 1;
    const missing = Math.max(0, (Math.ceil(extent / stride[k]) - 1) * stride[k] + reach - extent);
    const [less, more] = [Math.floor(missing / 2), Math.ceil(missing / 2)];
    return kind === "SAME_LOWER" ? [more, less] : [less, more];
  });
  return { kernel, stride, dilation, padding };
}

function convolution(call: Call): Value {
  const x = input(call, 0);
  const weight = numbers(call, 1, "weight");
  const bias = optionalNumbers(call, 2, "bias");
  const [outputs, each, ...kernel] = weight.shape;
  const [one, channels, ...space] = x.shape;
  const groups = call.node.attributes.integer("group", 1);
  const axes = kernel.length;
  if (one !== 1 || axes < 1 || axes > 3 || channels !== each * groups || outputs % groups !== 0)
    throw refused(
      call,
      `has weights [${weight.shape}] in ${groups} groups for samples [${x.shape}]`,
      "Convolutions over one to three axes of a batch are read",
    );
  const windows = windowsOf(call, kernel, space);
  const shape = [1, outputs / groups, ...windowCounts(space, windows)];
  const layer = convolutionLayer(each, outputs / groups, windows);
  const part = (whole: Known, g: number): Float64Array => {
    const length = whole.data.length / groups;
    return groups === 1 ? whole.data : whole.data.slice(g * length, (g + 1) * length);
  };
  const parts = Array.from({ length: groups }, (_, g) => {
    const mark = groups === 1 ? "" : `[group ${g}]`;
    const places = Array.from({ length: each }, (__, k) => g * each + k);
    const own = taken(call, x, 1, places);
    const named = (whole: Known | undefined): string =>
      whole?.name === undefined ? "" : `${whole.name}${mark}`;
    const shift = bias && known([outputs / groups], part(bias, g), false, named(bias));
    const given = [
      { name: named(weight), values: part(weight, g) },
      biasOf(shift, outputs / groups),
    ];
    return weighted(call.importing, layer, [own, own.shape.slice(1)], given, shape);
  });
  return joined(call, parts, 1);
}

/** Room at the end, so that a window that is begun inside is counted. */
function roundedUp(windows: Windows, space: Shape): Windows {
  const padding = windows.padding.map(([before, after], k): [number, number] => {
    const { kernel, stride } = windows;
    const free = space[k] + before + after - kernel[k];
    const last = Math.ceil(free / stride[k]);
    // the last window must begin inside or in the padding before
    const count = last * stride[k] >= space[k] + before ? last : last + 1;
    return [before, Math.max(after, (count - 1) * stride[k] + kernel[k] - space[k] - before)];
  });
  return { ...windows, padding };
}

function pooled(call: Call, mode: "maximum" | "average"): Value {
  const x = input(call, 0);
  const [one, channels, ...space] = x.shape;
  const { attributes } = call.node;
  const kernel = attributes.integers("kernel_shape") ?? [];
  const given = windowsOf(call, kernel, space);
  if (one !== 1 || given.dilation.some((d) => d !== 1) || call.node.outputs.length > 1)
    throw refused(call, "is dilated, gives places or has no batch", "Export without that");
  const up = attributes.integer("ceil_mode", 0) === 1;
  const windows = up ? roundedUp(given, space) : given;
  const { stride, padding } = windows;
  const counted =
    mode === "average" &&
    attributes.integer("count_include_pad", 0) === 1 &&
    padding.flat().some((side) => side > 0);
  if (counted && up) throw refused(call, "counts padding and rounds up", "Export without one");
  const shape = [1, channels, ...windowCounts(space, windows)];
  const make = mode === "maximum" ? maxPool : averagePool;
  if (!counted)
    return apply(call.importing, make(kernel, { stride, padding }), [[x, x.shape.slice(1)]], {
      shape,
    });
  const wide = space.map((extent, k) => extent + padding[k][0] + padding[k][1]);
  const room = apply(call.importing, pad([[0, 0], ...padding]), [[x, x.shape.slice(1)]], {
    shape: [1, channels, ...wide],
  });
  return apply(call.importing, make(kernel, { stride }), [[room, [channels, ...wide]]], { shape });
}

/** Over all of space; its axes stay, with extent 1. */
const overSpace = (
  becomes: string,
  layer: (axes: readonly number[], keep: { readonly keep: true }) => Layer,
): OnnxOperator => ({
  becomes,
  read(call) {
    const x = input(call, 0);
    const axes = x.shape.flatMap((_, k) => (k > 1 ? [k] : []));
    const shape = x.shape.map((extent, k) => (k > 1 ? 1 : extent));
    return alongAxes(call.importing, x, axes, (own) => layer(own, { keep: true }), shape);
  },
});

/** Operators that slide windows over space. */
export const windows: Readonly<Record<string, OnnxOperator>> = {
  Conv: { becomes: "conv1d, conv2d, conv3d; one for each group", read: convolution },
  ConvTranspose: {
    becomes:
      "conv1d, conv2d, conv3d of the values with zeros between them, the kernel turned round",
    read: transposedConvolution,
  },
  MaxPool: {
    becomes: "maxPool",
    without: "dilated windows, places of the maxima",
    read: (call) => pooled(call, "maximum"),
  },
  AveragePool: {
    becomes: "averagePool",
    without: "dilated windows, counted padding that is rounded up",
    read: (call) => pooled(call, "average"),
  },
  GlobalAveragePool: overSpace("meanAlong", meanAlong),
  GlobalMaxPool: overSpace("maximumAlong", maximumAlong),
};
