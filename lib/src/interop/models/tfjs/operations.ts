import { elu, leakyRelu, relu, sigmoid, softplus, tanh } from "../../../nn/layers/activations.js";
import { gelu, selu, silu } from "../../../nn/layers/functions.js";
import { mathFunction } from "../../../nn/layers/mathFunctions.js";
import type { Layer } from "../../../nn/layers/layer.js";
import { through } from "./activations.js";
import { afterAffine, perChannel } from "./affineLayers.js";
import type { KerasCall } from "./graph.js";
import { channelsOf, type Importer, type Value } from "./importer.js";
import { importConcatenate, importMerge, importMultiply } from "./merging.js";
import type { Importing } from "./importing.js";
import type { Settings } from "./settings.js";

/**
 * What is done with an operation on tensors in place of a layer: `a + b` or `tf.nn.relu(a)` in the
 * code that made the model.
 */
type Operation = (context: Context) => Value | undefined;

interface Context {
  readonly importer: Importer;
  readonly settings: Settings;
  readonly call: KerasCall;
  readonly inputs: readonly Value[];
  readonly title: string;
}

/** Argument `position`, which may have one of these names; tensors are `{ tensor: k }`. */
function argument(
  { call: { args, named, config } }: Context,
  position: number,
  ...names: readonly string[]
): unknown {
  if (position < args.length) return args[position];
  const name =
    names.find((one) => Object.hasOwn(named, one)) ??
    names.find((one) => Object.hasOwn(config, one));
  return name === undefined ? undefined : (named[name] ?? config[name]);
}

function tensorOf({ inputs }: Context, own: unknown): Value | undefined {
  const index =
    typeof own === "object" && own !== null ? (own as { tensor?: unknown }).tensor : undefined;
  return typeof index === "number" ? inputs[index] : undefined;
}

/** Keras 3 writes arrays among arguments as objects. */
function constantOf(own: unknown): unknown {
  const { class_name: kind, config } = (own ?? {}) as {
    class_name?: unknown;
    config?: { value?: unknown };
  };
  return (kind === "__tensor__" || kind === "__numpy__") && config ? config.value : own;
}

/** scale · x + shift, if one of two arguments is a tensor and the other numbers. */
type Affinely = (
  numbers: Float64Array,
  numbersFirst: boolean,
) => { readonly scale: Float64Array; readonly shift: Float64Array } | undefined;

const binary =
  (affinely: Affinely, both?: (context: Context, inputs: readonly Value[]) => Value): Operation =>
  (context) => {
    const { importer, settings, title } = context;
    const pair = [
      argument(context, 0, "x", "x1"),
      argument(context, 1, "y", "x2", "value", "bias"),
    ];
    const tensors = pair.map((own) => tensorOf(context, own));
    const [first, second] = tensors;
    if (first && second) return both?.(context, [first, second]);
    const input = first ?? second;
    if (!input) return undefined;
    const numbers = perChannel(
      settings,
      "its number",
      constantOf(pair[first ? 1 : 0]),
      channelsOf(input.shape),
      0,
    );
    const own = affinely(numbers, !first);
    return own && afterAffine(importer, input, { ...own, of: "an operation with numbers" }, title);
  };

const ones = (like: Float64Array, value = 1): Float64Array =>
  new Float64Array(like.length).fill(value);
const zeros = (like: Float64Array): Float64Array => new Float64Array(like.length);

const add = binary(
  (numbers) => ({ scale: ones(numbers), shift: numbers }),
  merged(importMerge("Add")),
);
const subtract = binary(
  (numbers, first) =>
    first
      ? { scale: ones(numbers, -1), shift: numbers }
      : { scale: ones(numbers), shift: numbers.map((one) => -one) },
  merged(importMerge("Subtract")),
);
const multiply = binary(
  (numbers) => ({ scale: numbers, shift: zeros(numbers) }),
  merged(importMultiply),
);
const divide = binary(
  (numbers, first) =>
    first ? undefined : { scale: numbers.map((one) => 1 / one), shift: zeros(numbers) },
  (context, [first, second]) => {
    const inverse = through(context.importer, mathFunction("reciprocal"), second);
    return merged(importMultiply)(context, [first, { ...inverse, mask: true }]);
  },
);

/** Two tensors as a layer merges them. */
function merged(handler: Importing): (context: Context, inputs: readonly Value[]) => Value {
  return ({ importer, settings, title, call }, inputs) =>
    handler(importer, settings, inputs, noWeights, title, call);
}

const noWeights = (): Float64Array => new Float64Array(0);

const negative: Operation = ({ importer, inputs: [input], title }) => {
  const scale = new Float64Array(channelsOf(input.shape)).fill(-1);
  return afterAffine(importer, input, { scale, shift: zeros(scale), of: "a sign" }, title);
};

const entrywise =
  (layer: (context: Context) => Layer): Operation =>
  (context) =>
    through(context.importer, layer(context), context.inputs[0]);

const numberAmong = (
  context: Context,
  position: number,
  otherwise: number,
  ...names: string[]
): number => {
  const own = argument(context, position, ...names) ?? otherwise;
  if (typeof own === "number" && Number.isFinite(own)) return own;
  context.settings.fault(`${names[0]} must be a number`);
  return otherwise;
};

const concatenate: Operation = (context) => {
  const { importer, settings, call, inputs, title } = context;
  const axis = argument(context, 1, "axis") ?? -1;
  return importConcatenate(
    importer,
    { ...settings, raw: () => axis },
    call.inputs.map((_, k) => inputs[k]),
    noWeights,
    title,
    call,
  );
};

const nothing: Operation = ({ inputs: [input] }) => input;

/** By the names that Keras 2 gives them, which are those of TensorFlow, and Keras 3. */
const operations: Readonly<Record<string, Operation>> = {
  "tf.__operators__.add": add,
  "tf.math.add": add,
  "keras.ops.Add": add,
  "tf.nn.bias_add": add,
  "tf.__operators__.sub": subtract,
  "tf.math.subtract": subtract,
  "keras.ops.Subtract": subtract,
  "tf.__operators__.mul": multiply,
  "tf.math.multiply": multiply,
  "keras.ops.Multiply": multiply,
  "tf.__operators__.truediv": divide,
  "tf.math.truediv": divide,
  "tf.math.divide": divide,
  "keras.ops.TrueDivide": divide,
  "keras.ops.Divide": divide,
  "tf.__operators__.neg": negative,
  "tf.math.negative": negative,
  "keras.ops.Negative": negative,
  "tf.math.maximum": binary(() => undefined, merged(importMerge("Maximum"))),
  "keras.ops.Maximum": binary(() => undefined, merged(importMerge("Maximum"))),
  "tf.math.minimum": binary(() => undefined, merged(importMerge("Minimum"))),
  "keras.ops.Minimum": binary(() => undefined, merged(importMerge("Minimum"))),
  "tf.nn.relu": entrywise(relu),
  "keras.ops.Relu": entrywise(relu),
  "tf.nn.tanh": entrywise(tanh),
  "tf.math.tanh": entrywise(tanh),
  "keras.ops.Tanh": entrywise(tanh),
  "tf.nn.sigmoid": entrywise(sigmoid),
  "tf.math.sigmoid": entrywise(sigmoid),
  "keras.ops.Sigmoid": entrywise(sigmoid),
  "tf.nn.softplus": entrywise(softplus),
  "tf.math.softplus": entrywise(softplus),
  "keras.ops.Softplus": entrywise(softplus),
  "tf.nn.selu": entrywise(selu),
  "keras.ops.Selu": entrywise(selu),
  "tf.nn.silu": entrywise(silu),
  "keras.ops.Silu": entrywise(silu),
  "keras.ops.Gelu": entrywise((context) =>
    gelu(argument(context, 1, "approximate") === false ? {} : { approximate: "tanh" }),
  ),
  "tf.math.exp": entrywise(() => mathFunction("exp")),
  "keras.ops.Exp": entrywise(() => mathFunction("exp")),
  "tf.math.log": entrywise(() => mathFunction("log")),
  "keras.ops.Log": entrywise(() => mathFunction("log")),
  "tf.math.sqrt": entrywise(() => mathFunction("sqrt")),
  "keras.ops.Sqrt": entrywise(() => mathFunction("sqrt")),
  "tf.math.abs": entrywise(() => mathFunction("abs")),
  "keras.ops.Absolute": entrywise(() => mathFunction("abs")),
  "tf.nn.elu": entrywise(() => elu(1)),
  "keras.ops.Elu": entrywise((context) => elu(numberAmong(context, 1, 1, "alpha"))),
  "tf.nn.leaky_relu": entrywise((context) => leakyRelu(numberAmong(context, 1, 0.2, "alpha"))),
  "keras.ops.LeakyRelu": entrywise((context) =>
    leakyRelu(numberAmong(context, 1, 0.2, "negative_slope")),
  ),
  "tf.concat": concatenate,
  "keras.ops.Concatenate": concatenate,
  "tf.identity": nothing,
  "tf.stop_gradient": nothing,
  "keras.ops.StopGradient": nothing,
};

/** Names of the operations that are read. */
export const operationNames: readonly string[] = Object.keys(operations);

/** "math.add" of "tf.math.add". */
export const isOperation = (className: string): boolean => /^(?:tf|keras\.ops)\./.test(className);

/** The value of an operation; undefined, after a fault, if it is none that is read. */
export function importOperation(
  importer: Importer,
  settings: Settings,
  call: KerasCall,
  inputs: readonly Value[],
  title: string,
): Value | undefined {
  const known = Object.hasOwn(operations, call.className) ? operations[call.className] : undefined;
  const value = known?.({ importer, settings, call, inputs, title });
  if (value) return value;
  const tensors = inputs.length === 1 ? "a tensor" : `${inputs.length} tensors`;
  settings.fault(`is an operation on ${tensors} without counterpart. Put a layer in its place`);
  return undefined;
}
