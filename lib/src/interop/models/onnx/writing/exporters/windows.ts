import type { Shape } from "../../../../../core/tensor.js";
import type { LayerSettings } from "../../../../../nn/layers/layerTypes.js";
import type { Exporters, Exporting } from "../exporter.js";

/** A pooling by windows over all axes but the channels. */
function pooled(
  operator: "MaxPool" | "AveragePool",
  { inputs: [x], put, ints }: Exporting,
  { window, stride, padding }: LayerSettings["maxPool"],
): string {
  // onnxruntime makes one node of a Pad and a pooling behind it, and refuses wide padding there
  const own = x.padded ? put("Reshape", [x.name, ints([0, ...x.shape])]) : x.name;
  const space = x.shape.length - 1;
  const each = (own: number | Shape): Shape =>
    typeof own === "number" ? Array<number>(space).fill(own) : own;
  const sides = padding ?? each(0).map((): readonly [number, number] => [0, 0]);
  return put(operator, [own], {
    kernel_shape: { ints: each(window) },
    strides: { ints: each(stride ?? window) },
    pads: { ints: [...sides.map(([before]) => before), ...sides.map(([, after]) => after)] },
  });
}

/** Over axes of a sample; they stay with extent 1 or go. */
function along(
  operator: "ReduceSum" | "ReduceMean" | "ReduceMax",
  { inputs: [x], to, put, ints, shaped, opset }: Exporting,
  axes: readonly number[],
  keep: boolean,
): string {
  const own = axes.map((axis) => axis + 1);
  const keepdims = { keepdims: { int: keep ? 1 : 0 } };
  // axes are an attribute of all reductions but sums until opset 17
  const name =
    operator === "ReduceSum" || opset >= 18
      ? put(operator, [x.name, ints(own)], keepdims)
      : put(operator, [x.name], { ...keepdims, axes: { ints: own } });
  if (keep || axes.length < x.shape.length) return name;
  return shaped({ name, shape: [] }, to);
}

const space = ({ inputs: [x] }: Exporting): number[] => x.shape.slice(1).map((_, k) => k + 1);

/** Poolings, and what is along axes. */
export const windows: Exporters<
  | "maxPool"
  | "averagePool"
  | "globalMaxPool"
  | "globalAveragePool"
  | "globalSum"
  | "segmentSum"
  | "sumAlong"
  | "meanAlong"
  | "maximumAlong"
> = {
  maxPool: (own, settings) => pooled("MaxPool", own, settings),
  averagePool: (own, settings) => pooled("AveragePool", own, settings),
  globalMaxPool: (own) => along("ReduceMax", own, space(own), false),
  globalAveragePool: (own) => along("ReduceMean", own, space(own), false),
  globalSum: (own) => along("ReduceSum", own, space(own), false),
  segmentSum(own, { length }) {
    const shape = [...own.to, length];
    const x = { name: own.shaped(own.inputs[0], shape), shape };
    return along("ReduceSum", { ...own, inputs: [x] }, [2], false);
  },
  sumAlong: (own, { axes, keep = false }) => along("ReduceSum", own, axes, keep),
  meanAlong: (own, { axes, keep = false }) => along("ReduceMean", own, axes, keep),
  maximumAlong: (own, { axes, keep = false }) => along("ReduceMax", own, axes, keep),
};
