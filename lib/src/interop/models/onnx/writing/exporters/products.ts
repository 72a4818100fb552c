import { size } from "../../../../../core/tensor.js";
import type { LayerSettings } from "../../../../../nn/layers/layerTypes.js";
import type { Exporters, Exporting } from "../exporter.js";
import type { Exported } from "../exporting.js";

/** Both inputs with as many axes as the one that has more. */
function alignedPair({ inputs: [a, b], aligned }: Exporting): readonly [Exported, Exported] {
  const axes = Math.max(a.shape.length, b.shape.length);
  const own = (value: Exported): Exported => {
    const more = Array<number>(axes - value.shape.length).fill(1);
    return { name: aligned(value, axes), shape: [...more, ...value.shape] };
  };
  return [own(a), own(b)];
}

function matrices(own: Exporting, turned: readonly [boolean, boolean]): string {
  const names = alignedPair(own).map(({ name, shape }, k) => {
    if (!turned[k]) return name;
    const axes = shape.map((_, axis) => axis);
    const perm = [...axes, axes.length].slice(0, -2).concat(axes.length, axes.length - 1);
    return own.put("Transpose", [name], { perm: { ints: perm } });
  });
  return own.put("MatMul", names);
}

/** w_c x + b_c, c the place along an axis. */
function scaled(own: Exporting, settings: LayerSettings["scaling"]): string {
  const { inputs, put, floats, parameter } = own;
  const { features, axis = 0, bias = true, values } = settings;
  const shape = [features, ...inputs[0].shape.slice(axis + 1).map(() => 1)];
  const numbers = (role: 0 | 1): string =>
    values
      ? floats(values.slice(role * features, (role + 1) * features), shape)
      : parameter(role, shape);
  const product = put("Mul", [inputs[0].name, numbers(0)]);
  return bias ? put("Add", [product, numbers(1)]) : product;
}

/**
 * (x − μ) / √(σ² + ε): LayerNormalization over the last axes, so that others go there first. What
 * is not centred is written out, since its operator is younger than most runtimes.
 */
function normalised(own: Exporting, settings: LayerSettings["normalise"]): string {
  const { inputs, put, floats, opset, ints } = own;
  const [x] = inputs;
  const { axes, epsilon = 1e-5, centred = true } = settings;
  if (!centred) {
    const at = axes.map((axis) => axis + 1);
    const square = put("Mul", [x.name, x.name]);
    const mean =
      opset >= 18
        ? put("ReduceMean", [square, ints(at)])
        : put("ReduceMean", [square], { axes: { ints: at } });
    const root = put("Sqrt", [put("Add", [mean, floats([epsilon], [])])]);
    return put("Div", [x.name, root]);
  }
  const inner = [...axes].sort((a, b) => a - b);
  const outer = x.shape.flatMap((_, axis) => (inner.includes(axis) ? [] : [axis]));
  const perm = [0, ...[...outer, ...inner].map((axis) => axis + 1)];
  const last = perm.every((axis, k) => axis === k);
  const turn = (name: string, by: readonly number[]): string =>
    last ? name : put("Transpose", [name], { perm: { ints: by } });
  const shape = inner.map((axis) => x.shape[axis]);
  const ones = floats(new Float64Array(size(shape)).fill(1), shape);
  const normal = put("LayerNormalization", [turn(x.name, perm), ones], {
    axis: { int: outer.length + 1 },
    epsilon: { float: epsilon },
  });
  return turn(
    normal,
    perm.map((_, k) => perm.indexOf(k)),
  );
}

/** Sums, products and what normalises. */
export const products: Exporters<
  | "add"
  | "multiply"
  | "matmul"
  | "softmaxAlong"
  | "normalise"
  | "scaling"
  | "parameter"
  | "constant"
> = {
  add: ({ inputs, put }) =>
    put(
      inputs.length === 2 ? "Add" : "Sum",
      inputs.map(({ name }) => name),
    ),
  multiply: (own) =>
    own.put(
      "Mul",
      alignedPair(own).map(({ name }) => name),
    ),
  matmul: (own, { transposeA = false, transposeB = false }) =>
    matrices(own, [transposeA, transposeB]),
  softmaxAlong: ({ inputs: [x], put }, { axis, log = false }) =>
    put(log ? "LogSoftmax" : "Softmax", [x.name], { axis: { int: axis + 1 } }),
  normalise: normalised,
  scaling: scaled,
  parameter: ({ parameter, repeated }, { shape }) => repeated(parameter(0, [1, ...shape]), shape),
  constant: ({ floats, repeated }, { shape, values }) =>
    repeated(floats(values, [1, ...shape]), shape),
};
