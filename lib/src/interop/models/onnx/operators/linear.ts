import type { Shape } from "../../../../core/tensor.js";
import { dense } from "../../../../nn/layers/dense.js";
import { rescale } from "../../../../nn/layers/functions.js";
import { objectDense } from "../../../../nn/layers/objects.js";
import { matmul } from "../../../../nn/layers/products.js";
import { input, refused, type Call, type OnnxOperator } from "../call.js";
import { apply, entrywise, weighted } from "../importing.js";
import { weighedOf } from "../signals.js";
import type { Given } from "../tape.js";
import { isKnown, known, size, viewed, type Computed, type Known, type Value } from "../value.js";
import { added } from "./arithmetic.js";
import { transposed } from "./movement.js";

/** Numbers of a bias, or zeros that nobody names. */
export const biasOf = (bias: Known | undefined, outputs: number): Given => ({
  name: bias?.name ?? "",
  values: bias ? broadcastBias(bias, outputs) : new Float64Array(outputs),
});

function broadcastBias({ data }: Known, outputs: number): Float64Array {
  return data.length === outputs ? data : new Float64Array(outputs).fill(data[0]);
}

/**
 * x W + b for every row of x [rows, inputs], W [inputs, outputs]: a dense layer for a single row,
 * one for every object otherwise, which has the objects last.
 */
export function rowsTimes(call: Call, x: Value, weight: Known, bias: Known | undefined): Computed {
  const [inputs, outputs] = weight.shape;
  const lead = x.shape.slice(0, -1);
  const rows = size(lead);
  const shape = [...lead, outputs];
  const turned = transposed(call, weight, [1, 0]) as Known;
  const given = [{ name: weight.name ?? "", values: turned.data }, biasOf(bias, outputs)];
  const { importing } = call;
  if (rows === 1) return weighted(importing, dense(inputs, outputs), [x, [inputs]], given, shape);
  const columns = transposed(call, viewed(x, [rows, inputs]), [1, 0]);
  const own = weighted(importing, objectDense(inputs, outputs), [columns, [inputs, rows]], given, [
    outputs,
    rows,
  ]);
  return viewed(transposed(call, own, [1, 0]) as Computed, shape);
}

/** W x for x [inputs, columns]. */
function timesColumns(call: Call, weight: Known, x: Value): Value {
  const [outputs, inputs] = weight.shape;
  const columns = x.shape[x.shape.length - 1];
  const given = [{ name: weight.name ?? "", values: weight.data }, biasOf(undefined, outputs)];
  const shape = [...x.shape.slice(0, -2), outputs, columns];
  const layer = objectDense(inputs, outputs);
  return weighted(call.importing, layer, [x, [inputs, columns]], given, shape);
}

/** The bias that the next node adds, if that is all that reads the product. */
function biasAhead(call: Call, outputs: number): { bias: Known; name: string } | undefined {
  const { importing, node } = call;
  const readers = importing.readers.get(node.outputs[0]) ?? [];
  if (readers.length !== 1 || readers[0]?.operator !== "Add") return undefined;
  const name = readers[0].inputs.find((own) => own !== node.outputs[0]);
  const bias = name === undefined ? undefined : importing.numbersOf(name);
  if (!bias || bias.shape[bias.shape.length - 1] !== outputs || size(bias.shape) !== outputs)
    return undefined;
  return { bias, name: name! };
}

function product(call: Call): Value {
  const [a, b] = [input(call, 0), input(call, 1)];
  if (!isKnown(a) && isKnown(b) && b.shape.length === 2 && a.shape.length > 0) {
    checkDepth(call, a.shape[a.shape.length - 1], b.shape[0]);
    const ahead = biasAhead(call, b.shape[1]);
    const own = rowsTimes(call, a, b, ahead?.bias);
    return ahead ? { ...own, withBias: ahead.name } : own;
  }
  if (isKnown(a) && !isKnown(b) && a.shape.length === 2 && size(b.shape.slice(0, -2)) === 1) {
    if (b.shape.length < 2) return vectorProduct(call, a, b);
    checkDepth(call, a.shape[1], b.shape[b.shape.length - 2]);
    return timesColumns(call, a, b);
  }
  return vectorProduct(call, a, b);
}

function checkDepth(call: Call, one: number, other: number): void {
  if (one === other) return;
  throw refused(call, `multiplies ${one} columns with ${other} rows`, "Check the extents");
}

/** A B of any two values; vectors are matrices of one row or column that goes again. */
function vectorProduct(call: Call, a: Value, b: Value): Value {
  const left = a.shape.length === 1 ? viewed(a, [1, ...a.shape]) : a;
  const right = b.shape.length === 1 ? viewed(b, [...b.shape, 1]) : b;
  const own = matrixProduct(call, left, right, {});
  const shape = own.shape.filter((_, k) => {
    const place = own.shape.length - k;
    return !((a.shape.length === 1 && place === 2) || (b.shape.length === 1 && place === 1));
  });
  return viewed(own, shape);
}

/** A B, or with either transposed, for all matrices along the axes in front. */
export function matrixProduct(
  call: Call,
  a: Value,
  b: Value,
  flags: { readonly transposeA?: boolean; readonly transposeB?: boolean },
): Value {
  const [rows, depth] = lastTwo(a.shape, flags.transposeA);
  const [other, columns] = lastTwo(b.shape, flags.transposeB);
  checkDepth(call, depth, other);
  const outer = outerShape(call, a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...outer, rows, columns];
  const inputs = [a, b].map((value) => [value, matrices(value.shape)] as const);
  return apply(call.importing, matmul({ ...flags, signal: weighedOf(call, a, b) }), inputs, {
    shape,
  });
}

const lastTwo = (shape: Shape, turned: boolean | undefined): readonly number[] =>
  turned === true ? shape.slice(-2).reverse() : shape.slice(-2);

function outerShape(call: Call, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, k) => {
    const [one, other] = [a, b].map((shape) => shape[shape.length - rank + k] ?? 1);
    if (one === other || one === 1 || other === 1) return Math.max(one, other);
    throw refused(call, `multiplies stacks [${a}] and [${b}]`, "Check the extents");
  });
}

/** Without axes of extent 1 in front, but with two. */
function matrices(shape: Shape): Shape {
  const own = [...shape];
  while (own.length > 2 && own[0] === 1) own.shift();
  return own;
}

function gemm(call: Call): Value {
  const { attributes } = call.node;
  const [a, b, c] = [input(call, 0), input(call, 1), call.inputs[2]];
  const [alpha, beta] = [attributes.float("alpha", 1), attributes.float("beta", 1)];
  const turned = attributes.integer("transA", 0) === 1 ? transposed(call, a, [1, 0]) : a;
  const right = attributes.integer("transB", 0) === 1 ? transposed(call, b, [1, 0]) : b;
  const [inputs, outputs] = right.shape;
  checkDepth(call, turned.shape[1], inputs);
  const scaled = (value: Value, factor: number): Value =>
    factor === 1 ? value : { ...entrywise(call.importing, rescale(factor), value) };
  if (isKnown(turned) || !isKnown(right) || (c && !fitsBias(c, outputs))) {
    const own = scaled(matrixProduct(call, turned, right, {}), alpha);
    return c ? added(call, own, scaled(c, beta)) : own;
  }
  const factor = (value: Known, by: number): Known =>
    by === 1 ? value : { ...value, data: value.data.map((entry) => entry * by) };
  const bias = c && factor(c as Known, beta);
  return rowsTimes(call, turned, factor(right, alpha), bias);
}

const fitsBias = (c: Value, outputs: number): boolean =>
  isKnown(c) &&
  (c.data.length === 1 || (c.data.length === outputs && c.shape[c.shape.length - 1] === outputs));

/** Products with matrices. */
export const linear: Readonly<Record<string, OnnxOperator>> = {
  MatMul: {
    becomes: "dense or objectDense beside weights, else matmul",
    read(call) {
      const [a, b] = [input(call, 0), input(call, 1)];
      if (isKnown(a) && isKnown(b) && a.shape.length === 0) return known([], [0]);
      return product(call);
    },
  },
  Gemm: { becomes: "dense or objectDense beside weights, else matmul and add", read: gemm },
};
