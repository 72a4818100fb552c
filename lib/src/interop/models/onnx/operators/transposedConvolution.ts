import { size, type Shape } from "../../../../core/tensor.js";
import { input, makes, numbers, optionalNumbers, refused, type Call } from "../call.js";
import { weighted } from "../importing.js";
import { known, type Known, type Value } from "../value.js";
import { biasOf } from "./linear.js";
import { joined, tabled, taken } from "./movement.js";
import { convolutionLayer } from "./convolutionLayer.js";

/** Sides of what is put around or, where they are negative, cut off. */
type Sides = readonly (readonly [number, number])[];

/**
 * y_o(p) = Σ_i,s,k W_iok x_i(s) with p = s · stride + k · dilation − pad: the convolution of x with
 * zeros between its entries, by the kernel turned round.
 */
export function transposedConvolution(call: Call): Value {
  const x = input(call, 0);
  const weight = numbers(call, 1, "weight");
  const bias = optionalNumbers(call, 2, "bias");
  const [channels, each, ...kernel] = weight.shape;
  const [one, own, ...space] = x.shape;
  const groups = call.node.attributes.integer("group", 1);
  const axes = kernel.length;
  const fits = one === 1 && axes >= 1 && axes <= 3 && own === channels && own % groups === 0;
  if (!fits || space.length !== axes)
    throw refused(
      call,
      `has weights [${weight.shape}] in ${groups} groups for samples [${x.shape}]`,
      "Convolutions over one to three axes of a batch are read",
    );
  const { spread, sides, dilation } = spreadOut(call, x, kernel);
  const padding = sides.map(([a, b]): [number, number] => [Math.max(0, a), Math.max(0, b)]);
  const stride = kernel.map(() => 1);
  const layer = convolutionLayer(own / groups, each, { kernel, stride, dilation, padding });
  const [, , ...wide] = spread.shape;
  const counts = wide.map(
    (extent, k) => extent + padding[k][0] + padding[k][1] - dilation[k] * (kernel[k] - 1),
  );
  const parts = Array.from({ length: groups }, (_, g) => {
    const mark = groups === 1 ? "" : `[group ${g}]`;
    const named = (whole: Known | undefined): string =>
      whole?.name === undefined ? "" : `${whole.name}${mark}`;
    const channelsOfGroup = Array.from({ length: own / groups }, (__, k) => (g * own) / groups + k);
    const part = taken(call, spread, 1, channelsOfGroup);
    const shift =
      bias && known([each], bias.data.slice(g * each, (g + 1) * each), false, named(bias));
    const values = turned(weight, g, own / groups, each);
    const given = [{ name: named(weight), values }, biasOf(shift, each)];
    const shape = [1, each, ...counts];
    return weighted(call.importing, layer, [part, part.shape.slice(1)], given, shape);
  });
  return cut(call, joined(call, parts, 1), sides);
}

/** [inputs, outputs, …kernel] of a group as [outputs, inputs, …kernel], the last tap first. */
function turned({ data, shape }: Known, group: number, inputs: number, outputs: number) {
  const taps = size(shape.slice(2));
  const values = new Float64Array(inputs * outputs * taps);
  for (let i = 0; i < inputs; i++)
    for (let o = 0; o < outputs; o++)
      for (let k = 0; k < taps; k++) {
        const from = ((group * inputs + i) * outputs + o) * taps + (taps - 1 - k);
        values[(o * inputs + i) * taps + k] = data[from];
      }
  return values;
}

/** x with zeros between its entries, and what then stands around it. */
function spreadOut(call: Call, x: Value, kernel: Shape) {
  const { attributes } = call.node;
  const [, channels, ...space] = x.shape;
  const stride = attributes.integers("strides") ?? kernel.map(() => 1);
  const dilation = attributes.integers("dilations") ?? kernel.map(() => 1);
  const more = attributes.integers("output_padding") ?? kernel.map(() => 0);
  if ([stride, dilation, more].some((list) => list.length !== kernel.length))
    throw refused(call, `has a window [${kernel}] over [${space}]`, "Export the model again");
  const reach = kernel.map((taps, k) => dilation[k] * (taps - 1) + 1);
  const full = space.map((extent, k) => (extent - 1) * stride[k] + reach[k] + more[k]);
  const pads = padsOf(call, full, space, stride);
  const sides = reach.map((own, k): readonly [number, number] => [
    own - 1 - pads[k][0],
    own - 1 + more[k] - pads[k][1],
  ]);
  const wide = space.map((extent, k) => (extent - 1) * stride[k] + 1);
  const shape = [1, channels, ...wide];
  makes(call, shape);
  const table = new Int32Array(size(shape)).fill(-1);
  for (let f = 0; f < size(x.shape); f++) {
    let [rest, entry, step] = [f, 0, 1];
    for (let k = space.length - 1; k >= 0; k--) {
      entry += (rest % space[k]) * stride[k] * step;
      rest = Math.floor(rest / space[k]);
      step *= wide[k];
    }
    table[entry + rest * step] = f;
  }
  const dense = stride.every((own) => own === 1);
  return { spread: dense ? x : tabled(call, x, shape, table), sides, dilation };
}

/** What is cut off the full result, at both sides. */
function padsOf(call: Call, full: Shape, space: Shape, stride: Shape): Sides {
  const { attributes } = call.node;
  const axes = space.length;
  const auto = attributes.text("auto_pad", "NOTSET");
  const given = attributes.integers("pads") ?? Array<number>(2 * axes).fill(0);
  const wanted =
    attributes.integers("output_shape")?.slice(-axes) ??
    (auto.startsWith("SAME") ? space.map((extent, k) => extent * stride[k]) : undefined);
  if (!wanted)
    return space.map((_, k) => (auto === "VALID" ? [0, 0] : [given[k], given[k + axes]]));
  return full.map((extent, k) => {
    const total = extent - wanted[k];
    const [less, rest] = [Math.floor(total / 2), total - Math.floor(total / 2)];
    return auto === "SAME_UPPER" ? [less, rest] : [rest, less];
  });
}

function cut(call: Call, value: Value, sides: Sides): Value {
  return sides.reduce((own, [before, after], k) => {
    const from = Math.max(0, -before);
    const count = own.shape[k + 2] - from - Math.max(0, -after);
    if (count === own.shape[k + 2]) return own;
    const places = Array.from({ length: Math.max(0, count) }, (_, p) => from + p);
    return taken(call, own, k + 2, places);
  }, value);
}
