import { record } from "../../../core/arguments/kinds.js";
import { takes } from "../../../core/arguments/takes.js";
import { checkFinite } from "../../../core/tensor.js";
import { aNetwork } from "../../../nn/arguments.js";
import type { Network } from "../../../nn/network/network.js";
import { checkParameters } from "../../../nn/network/network.js";
import { tfjsEnd } from "../arguments.js";
import { kerasModel, type ExportOptions, type KerasLayer, type KerasModel } from "./exporter.js";
import {
  operationsOf,
  type Tfjs,
  type TfjsLayer,
  type TfjsModel,
  type TfjsOperations,
} from "./module.js";

/**
 * A network of this library as a `tf.LayersModel`: what fromTfjs reads, and θ in single precision.
 *
 * @param tf  the module, `@tensorflow/tfjs` or `@tensorflow/tfjs-node`
 * @throws ConfigError listing every layer that TensorFlow.js does not have
 */
export function toTfjs<Model = TfjsModel>(
  network: Network,
  theta: Float64Array,
  tf: Tfjs,
  options: ExportOptions = {},
): Model {
  takes("toTfjs", {
    network: [network, aNetwork],
    options: [options, record(tfjsEnd, "options { inputShape, output }")],
  });
  checkParameters(network, theta, "theta", "toTfjs");
  checkFinite(theta, "toTfjs: theta");
  return builtModel(
    operationsOf(tf, "toTfjs"),
    kerasModel(network, options, "toTfjs"),
    theta,
    network.name,
  ).model as Model;
}

/** A live model, and its layers by name. */
export interface BuiltModel {
  readonly model: TfjsModel;
  readonly layers: ReadonlyMap<string, TfjsLayer>;
}

export function builtModel(
  tf: TfjsOperations,
  { layers, inputShape }: KerasModel,
  theta: Float64Array,
  name: string,
): BuiltModel {
  const made = new Map<string, TfjsLayer>();
  const input = tf.input({ shape: inputShape });
  const values = new Map<string, unknown>([["input", input]]);
  for (const { className, name: own, config, inputs } of layers.slice(1)) {
    const layer = tf.layers[factoryOf(className)]!({ ...camelCase(config), name: own });
    const read = inputs.map((from) => values.get(from));
    values.set(own, layer.apply((read.length === 1 ? read[0] : read) as never));
    made.set(own, layer);
  }
  for (const { name: own, weights } of layers)
    if (weights) setWeights(tf, made.get(own)!, weights, theta);
  const output = values.get(layers[layers.length - 1].name);
  return { model: tf.model({ inputs: input, outputs: output, name }), layers: made };
}

function setWeights(
  tf: TfjsOperations,
  layer: TfjsLayer,
  weights: NonNullable<KerasLayer["weights"]>,
  theta: Float64Array,
): void {
  const values = weights.map(({ shape, places }) =>
    tf.tensor(
      Float32Array.from(places, (p) => theta[p]),
      shape,
    ),
  );
  layer.setWeights(values as never[]);
  for (const value of values) value.dispose();
}

/** "maxPooling2d" of "MaxPooling2D", "leakyReLU" of "LeakyReLU". */
function factoryOf(className: string): string {
  if (className === "ELU") return "elu";
  return className[0].toLowerCase() + className.slice(1).replace(/(\d)D$/, "$1d");
}

/** Settings as the module's functions name them. */
function camelCase(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
