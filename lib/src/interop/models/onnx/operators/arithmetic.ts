import { power as powerOf } from "../../../../core/power.js";
import { maximum, minimum, where } from "../../../../nn/layers/choices.js";
import { clip, power, rescale } from "../../../../nn/layers/functions.js";
import { mathFunction, type MathFunctionName } from "../../../../nn/layers/mathFunctions.js";
import { multiply } from "../../../../nn/layers/products.js";
import { add } from "../../../../nn/layers/structure.js";
import type { Shape } from "../../../../core/tensor.js";
import { commonShape, expanded } from "../broadcasting.js";
import { input, refused, type Call, type OnnxOperator } from "../call.js";
import { apply, entrywise, stepOf } from "../importing.js";
import { signalOf } from "../signals.js";
import { put } from "../tape.js";
import {
  isKnown,
  known,
  sampleShape,
  size,
  viewed,
  type Computed,
  type Known,
  type Value,
} from "../value.js";
import { withNumbers } from "../withNumbers.js";
import { writtenOut } from "../writtenOut.js";
import { writtenOutNormalisation } from "../writtenOutNormalisation.js";

/** a + b, which broadcast. */
export function added(call: Call, a: Value, b: Value): Value {
  const shape = commonShape(call, [a.shape, b.shape]);
  const whole = a.whole && b.whole;
  const single = oneKnown(a, b);
  const own = single && withNumbers(call, "plus", ...single, shape);
  if (own) return own;
  const inputs = [a, b].map((value) => [expanded(call, value, shape), sampleShape(shape)] as const);
  return apply(call.importing, add(), inputs, { shape, whole });
}

/**
 * a b, likewise.
 * @param signal  what carries what the other one weighs (default: what no gate or mask is)
 */
export function multiplied(call: Call, a: Value, b: Value, signal?: 0 | 1): Value {
  const shape = commonShape(call, [a.shape, b.shape]);
  const whole = a.whole && b.whole;
  const single = oneKnown(a, b);
  const own = single && withNumbers(call, "times", ...single, shape);
  if (own) return own;
  const inputs = [a, b].map((value) => [value, alignedShape(value, shape.length)] as const);
  const written = recognised(call, inputs, shape);
  if (written) return written;
  const layer = multiply({ signal: signal ?? signalOf(call, a, b) });
  return apply(call.importing, layer, inputs, { shape, whole });
}

/** A function or a normalisation that a product writes out, as one layer. */
function recognised(
  { importing }: Call,
  inputs: readonly (readonly [Value, Shape])[],
  shape: Shape,
): Value | undefined {
  const { tape } = importing;
  if (inputs.some(([value]) => isKnown(value))) return undefined;
  const [a, b] = inputs.map(([value, own]) => stepOf(importing, value, own));
  const found = writtenOut(tape.steps, a, b);
  if (found) {
    const step = put(tape, found.layer, [found.source]);
    const own: Value = { kind: "computed", shape, whole: false, step };
    return found.factor === 1 ? own : entrywise(importing, rescale(found.factor), own);
  }
  const normal = writtenOutNormalisation(tape.steps, a, b);
  if (!normal) return undefined;
  return { kind: "computed", shape, whole: false, step: put(tape, normal.layer, [normal.source]) };
}

/** Without the axes in front that a product broadcasts by itself. */
function alignedShape({ shape }: Value, rank: number): readonly number[] {
  if (shape.length === 0) return [1];
  return shape.length === rank ? sampleShape(shape) : shape;
}

/** The value that is computed and the numbers, if one is either. */
function oneKnown(a: Value, b: Value): readonly [Value, Known] | undefined {
  if (isKnown(a) === isKnown(b)) return undefined;
  return isKnown(b) ? [a, b] : [b, a as Known];
}

/** The same of numbers alone, for what layers do not have. */
function folded(call: Call, a: Known, b: Known, of: (x: number, y: number) => number): Known {
  const shape = commonShape(call, [a.shape, b.shape]);
  const [x, y] = [expanded(call, a, shape), expanded(call, b, shape)] as [Known, Known];
  const data = Float64Array.from({ length: size(shape) }, (_, p) => of(x.data[p], y.data[p]));
  return known(shape, data, a.whole && b.whole);
}

const negative = (call: Call, value: Value): Value =>
  entrywise(call.importing, rescale(-1), value, value.whole);

const difference = (call: Call, a: Value, b: Value): Value => added(call, a, negative(call, b));

function quotient(call: Call, a: Value, b: Value): Value {
  if (isKnown(a) && isKnown(b))
    return folded(call, a, b, (x, y) => (a.whole && b.whole ? Math.trunc(x / y) : x / y));
  if (a.whole && b.whole)
    throw refused(call, "divides whole numbers that depend on the data", "Divide floats");
  // what is divided by is a norm or a count, and what it divides the signal
  const inverse = entrywise(call.importing, mathFunction("reciprocal"), b);
  return multiplied(call, a, inverse, signalOf(call, a, b) ?? 0);
}

/** a^b: a power of the data, or e^{b log a}. */
function raised(call: Call, a: Value, b: Value): Value {
  const { importing } = call;
  if (isKnown(a) && isKnown(b)) return folded(call, a, b, powerOf);
  if (isKnown(b) && b.data.length === 1) {
    const shape = commonShape(call, [a.shape, b.shape]);
    return entrywise(importing, power(b.data[0]), expanded(call, a, shape));
  }
  const log = entrywise(importing, mathFunction("log"), a);
  return entrywise(importing, mathFunction("exp"), multiplied(call, log, b));
}

/** An operator of two values. */
const binary = (becomes: string, of: (call: Call, a: Value, b: Value) => Value): OnnxOperator => ({
  becomes,
  read: (call) => of(call, input(call, 0), input(call, 1)),
});

/** A comparison: a step of the difference, 1 or 0, or what it is not. */
const comparison = (
  name: MathFunctionName,
  order: "a − b" | "b − a",
  not: boolean,
): OnnxOperator => ({
  becomes: `${not ? "1 − " : ""}${name}(${order}), derivative 0`,
  read(call) {
    const [a, b] = [input(call, 0), input(call, 1)];
    const own = order === "a − b" ? difference(call, a, b) : difference(call, b, a);
    const step = entrywise(call.importing, mathFunction(name), own, true);
    return not ? entrywise(call.importing, rescale(-1, 1), step, true) : step;
  },
});

/** All inputs of a node that has any number of them. */
function all(call: Call): Value[] {
  return call.node.inputs.map((_, k) => input(call, k));
}

const sum = (call: Call): Value => all(call).reduce((a, b) => added(call, a, b));

const extreme = (name: "maximum" | "minimum"): OnnxOperator => ({
  becomes: `${name}, or clip beside one number`,
  read: (call) => all(call).reduce((a, b) => extremeOfTwo(call, name, a, b)),
});

function extremeOfTwo(call: Call, name: "maximum" | "minimum", a: Value, b: Value): Value {
  const shape = commonShape(call, [a.shape, b.shape]);
  const whole = a.whole && b.whole;
  const single = oneKnown(a, b);
  if (single && single[1].data.length === 1 && Number.isFinite(single[1].data[0])) {
    const [value, { data }] = single;
    const most = Number.MAX_VALUE;
    const layer = name === "maximum" ? clip(data[0], most) : clip(-most, data[0]);
    return entrywise(call.importing, layer, expanded(call, value, shape), whole);
  }
  const layer = name === "maximum" ? maximum() : minimum();
  const inputs = [a, b].map((value) => [expanded(call, value, shape), sampleShape(shape)] as const);
  return apply(call.importing, layer, inputs, { shape, whole });
}

function chosen(call: Call): Value {
  const values = all(call);
  const shape = commonShape(
    call,
    values.map((value) => value.shape),
  );
  const inputs = values.map((v) => [expanded(call, v, shape), sampleShape(shape)] as const);
  const [, a, b] = values;
  return apply(call.importing, where(), inputs, { shape, whole: a.whole && b.whole });
}

/**
 * A product with the bias that its layer has taken, which is all of this addition: the same numbers
 * are added again where the file says so.
 */
function biased(call: Call, { withBias: _taken, ...value }: Computed, bias: Value): Value {
  return viewed(value, commonShape(call, [value.shape, bias.shape]));
}

/** Operators of several values, entry by entry. */
export const arithmetic: Readonly<Record<string, OnnxOperator>> = {
  Add: {
    becomes: "add; beside numbers the bias of a layer, rescale or scaling",
    read(call) {
      const [a, b] = [input(call, 0), input(call, 1)];
      const [first, second] = call.node.inputs;
      // a bias that the layer before it has taken
      if (!isKnown(a) && a.withBias === second) return biased(call, a, b);
      if (!isKnown(b) && b.withBias === first) return biased(call, b, a);
      return added(call, a, b);
    },
  },
  Sub: binary("add of rescale(−1)", difference),
  Mul: binary("multiply; beside numbers rescale or scaling", multiplied),
  Div: binary("multiply by the reciprocal", quotient),
  Pow: binary("power, or e^(b log a)", raised),
  Mod: binary("folded", (call, a, b) => {
    if (!isKnown(a) || !isKnown(b))
      throw refused(call, "takes remainders that depend on the data", "Export without them");
    const { attributes } = call.node;
    const truncating = attributes.integer("fmod", 0) === 1;
    return folded(call, a, b, (x, y) => (truncating ? x % y : x - y * Math.floor(x / y)));
  }),
  Sum: { becomes: "add", read: sum },
  Mean: {
    becomes: "add and rescale",
    read: (call) => entrywise(call.importing, rescale(1 / call.node.inputs.length), sum(call)),
  },
  Max: extreme("maximum"),
  Min: extreme("minimum"),
  Equal: comparison("isZero", "a − b", false),
  Greater: comparison("isPositive", "a − b", false),
  Less: comparison("isPositive", "b − a", false),
  GreaterOrEqual: comparison("isPositive", "b − a", true),
  LessOrEqual: comparison("isPositive", "a − b", true),
  And: binary("multiply", multiplied),
  Or: extreme("maximum"),
  Xor: binary("|a − b|", (call, a, b) =>
    entrywise(call.importing, mathFunction("abs"), difference(call, a, b), true),
  ),
  Where: { becomes: "where", read: chosen },
};
