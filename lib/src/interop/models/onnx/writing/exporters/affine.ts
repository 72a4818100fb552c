import type { Shape } from "../../../../../core/tensor.js";
import { isSameGroup } from "../../../../../nn/layers/edges.js";
import type { ObjectGroup } from "../../../../../nn/layers/objectGroup.js";
import type { Exporters, Exporting } from "../exporter.js";

interface Convolution {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: Shape;
  readonly padding: readonly (readonly [number, number])[];
  readonly stride: Shape;
  readonly dilation: Shape;
}

function convolution(own: Exporting, of: Convolution): string {
  const { inputs, put, parameter } = own;
  const { kernel, padding, stride, dilation } = of;
  return put("Conv", [inputs[0].name, parameter(0), parameter(1)], {
    kernel_shape: { ints: kernel },
    pads: { ints: [...padding.map(([before]) => before), ...padding.map(([, after]) => after)] },
    strides: { ints: stride },
    dilations: { ints: dilation },
  });
}

/** The objects of a group of a flat sample. */
export function groupOf(own: Exporting, { start, features, objects }: ObjectGroup): string {
  const { inputs, put, ints, shaped } = own;
  const bounds = [[start], [start + features * objects], [1]].map(ints);
  const flat = put("Slice", [inputs[0].name, ...bounds]);
  return shaped({ name: flat, shape: [features * objects] }, [features, objects]);
}

/**
 * What receivers and senders add to each pair: a dense layer of every object, and the column of
 * the object in every pair.
 */
function edges(own: Exporting, receivers: ObjectGroup, senders: ObjectGroup, outputs: number) {
  const { put, ints, part, parameter } = own;
  const self = isSameGroup(receivers, senders);
  const pairs: [number, number][] = [];
  for (let r = 0; r < receivers.objects; r++)
    for (let s = 0; s < senders.objects; s++) if (!self || r !== s) pairs.push([r, s]);
  const depth = receivers.features + senders.features;
  const side = (k: 0 | 1): string => {
    const group = [receivers, senders][k];
    const first = k === 0 ? 0 : receivers.features;
    const places = Array.from(
      { length: outputs * group.features },
      (_, p) => Math.floor(p / group.features) * depth + first + (p % group.features),
    );
    const shape = [outputs, group.features, 1];
    const weight = part(0, ["receivers", "senders"][k], shape, places);
    const bias = k === 0 ? [parameter(1)] : [];
    const objects = put("Conv", [groupOf(own, group), weight, ...bias]);
    return put("Gather", [objects, ints(pairs.map((pair) => pair[k]))], { axis: { int: 2 } });
  };
  return put("Add", [side(0), side(1)]);
}

/** Layers with weights that multiply. */
export const affine: Exporters<"dense" | "objectDense" | "edges" | "conv1d" | "conv2d" | "conv3d"> =
  {
    dense: ({ inputs: [x], put, parameter }) =>
      put("Gemm", [x.name, parameter(0), parameter(1)], { transB: { int: 1 } }),
    objectDense: ({ inputs: [x], put, parameter }, { inputs, outputs }) =>
      put("Conv", [x.name, parameter(0, [outputs, inputs, 1]), parameter(1)]),
    edges: (own, { receivers, senders, outputs }) => edges(own, receivers, senders, outputs),
    conv1d: convolution,
    conv2d: convolution,
    conv3d: convolution,
  };
