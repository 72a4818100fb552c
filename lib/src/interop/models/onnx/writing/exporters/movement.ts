import { size } from "../../../../../core/tensor.js";
import type { Sides } from "../../../../../nn/layers/layerSpec.js";
import type { Exporters, Exporting } from "../exporter.js";
import type { Exported } from "../exporting.js";
import { groupOf } from "./affine.js";

/** A constant around a sample. */
function padded({ inputs: [x], put, ints, floats }: Exporting, sides: Sides, constant: number) {
  const all = [[0, 0] as const, ...sides];
  const pads = [...all.map(([before]) => before), ...all.map(([, after]) => after)];
  return put("Pad", [x.name, ints(pads), floats([constant], [])]);
}

/** Entries along an axis from one on. */
function cropped(
  { inputs: [x], put, ints }: Exporting,
  axis: number,
  start: number,
  count: number,
  step: number,
): string {
  const end = start + count * step;
  // what ends before the first entry counts from behind it
  const bound = end < 0 ? end - x.shape[axis] : end;
  return put("Slice", [x.name, ints([start]), ints([bound]), ints([axis + 1]), ints([step])]);
}

/** Any entries of a flat sample; behind it stands the constant, if one is asked for. */
function tabled(own: Exporting, sources: readonly number[], constant: number): string {
  const { inputs, to, put, ints, shaped } = own;
  const width = size(inputs[0].shape);
  const flat: Exported = { name: shaped(inputs[0], [width]), shape: [width] };
  const lacks = sources.some((source) => source < 0);
  const source = lacks ? padded({ ...own, inputs: [flat] }, [[0, 1]], constant) : flat.name;
  const places = ints(sources.map((one) => (one < 0 ? width : one)));
  const taken = put("Gather", [source, places], { axis: { int: 1 } });
  return shaped({ name: taken, shape: [sources.length] }, to);
}

/** The same entries, which stay places if they are. */
const reshaped = ({ inputs: [x], to, shaped }: Exporting): string => shaped(x, to);

/** Layers that put entries elsewhere and compute nothing. */
export const movement: Exporters<
  | "zeroPad"
  | "flatten"
  | "reshape"
  | "slice"
  | "dropout"
  | "concat"
  | "transpose"
  | "crop"
  | "take"
  | "expand"
  | "pad"
  | "gather"
> = {
  zeroPad: (own, { padding }) => ({ name: padded(own, [[0, 0], ...padding], 0), padded: true }),
  flatten: reshaped,
  reshape: reshaped,
  slice: (own, { group }) => groupOf(own, group),
  dropout: ({ inputs: [x] }) => x,
  concat: ({ inputs, put }, { axis = 0 }) =>
    put(
      "Concat",
      inputs.map(({ name }) => name),
      { axis: { int: axis + 1 } },
    ),
  transpose: ({ inputs: [x], put }, { axes }) =>
    put("Transpose", [x.name], { perm: { ints: [0, ...axes.map((axis) => axis + 1)] } }),
  crop: (own, { axis, start, count, step = 1 }) => cropped(own, axis, start, count, step),
  take: ({ inputs: [x], put, ints }, { axis, places }) =>
    put("Gather", [x.name, ints(places)], { axis: { int: axis + 1 } }),
  expand: ({ inputs: [x], put, ints, aligned }, { shape }) =>
    put("Expand", [aligned(x, shape.length), ints([1, ...shape])]),
  pad: (own, { padding, constant = 0 }) => ({ name: padded(own, padding, constant), padded: true }),
  gather: (own, { sources, constant = 0 }) => tabled(own, sources, constant),
};
