import { elu, leakyRelu, relu, sigmoid, softplus, tanh } from "../../../nn/layers/activations.js";
import { clip, gelu, hardSigmoid, hardSwish, selu, silu } from "../../../nn/layers/functions.js";
import { quoted } from "../../../core/printable.js";
import type { Layer } from "../../../nn/layers/layer.js";
import { mathFunction } from "../../../nn/layers/mathFunctions.js";
import { softmaxAlong } from "../../../nn/layers/softmaxAlong.js";
import { plainly } from "./building.js";
import { addPart, settled, type Importer, type Value } from "./importer.js";
import type { Settings } from "./settings.js";

/** Functions of one entry by the names that Keras gives them, for its version 2 or 3. */
const known: Readonly<Record<string, (version: 2 | 3) => Layer>> = {
  relu,
  relu6: () => clip(0, 6),
  elu: () => elu(1),
  selu,
  gelu: () => gelu(),
  gelu_new: () => gelu({ approximate: "tanh" }),
  silu,
  swish: silu,
  tanh,
  sigmoid,
  // Keras 2 and TensorFlow.js have another slope than Keras 3
  hard_sigmoid: (version) => (version === 2 ? hardSigmoid(0.2, 0.5) : hardSigmoid()),
  hard_silu: hardSwish,
  hard_swish: hardSwish,
  softplus,
  exponential: () => mathFunction("exp"),
  leaky_relu: () => leakyRelu(0.2),
};
const softmaxes = ["softmax", "log_softmax"];

/** Names of the activations that are read. */
export const activationNames: readonly string[] = [...Object.keys(known), ...softmaxes];

/** The functions that a model may end in, which are taken off. */
export const ENDS = ["softmax", "sigmoid"] as const;
const CURE = `Use ${activationNames.join(", ")} or linear`;

/** The function of one entry that has this name; undefined where there is none. */
export const namedActivation = ({ version }: Importer, name: string): Layer | undefined =>
  Object.hasOwn(known, name) ? known[name](version) : undefined;

/**
 * The value after the activation that its layer names in its settings; Keras 3 may have a layer in
 * the place of a name.
 */
export function activated(importer: Importer, settings: Settings, value: Value): Value {
  const layer = layerGiven(settings);
  if (layer) return through(importer, layer, value);
  const name = activationName(settings.raw("activation")) ?? settings.text("activation", "linear");
  if (name === "linear") return value;
  if (softmaxes.includes(name)) return softmaxed(importer, value, name === "log_softmax");
  const named = namedActivation(importer, name);
  if (named) return through(importer, named, value);
  settings.fault(`has no activation ${quoted(name)} here. ${CURE}`);
  return value;
}

/** Along the channels. */
function softmaxed(importer: Importer, input: Value, log: boolean): Value {
  const value = plainly(importer, input, "softmax");
  const layer = softmaxAlong(0, { log });
  return { ...value, index: addPart(importer, { layer, inputs: [value.index] }) };
}

interface Written {
  readonly class_name?: unknown;
  readonly config?: unknown;
}

/** Keras 3 writes a function as { class_name: "function", config: its name }. */
export function activationName(activation: unknown): string | undefined {
  if (typeof activation === "string") return activation;
  const { class_name: kind, config } = (activation ?? {}) as Written;
  return kind === "function" && typeof config === "string" ? config : undefined;
}

function layerGiven(settings: Settings): Layer | undefined {
  const { class_name: kind, config } = (settings.raw("activation") ?? {}) as Written;
  const right = typeof kind === "string" && typeof config === "object" && config !== null;
  return right ? activationLayer(kind, settings.of(config as Record<string, unknown>)) : undefined;
}

/** The value after a layer that keeps shape and order. */
export function through(importer: Importer, layer: Layer, input: Value): Value {
  const value = settled(importer, input, layer.name);
  return { ...value, index: addPart(importer, { layer, inputs: [value.index] }), alone: false };
}

/** The layers that are activations. */
export function activationLayer(className: string, settings: Settings): Layer | undefined {
  if (className === "ELU") return elu(settings.number("alpha", 1));
  if (className === "LeakyReLU")
    return leakyRelu(settings.number("alpha", settings.number("negative_slope", 0.3)));
  if (className !== "ReLU") return undefined;
  const slope = settings.number("negative_slope", 0);
  const most = settings.raw("max_value") === undefined ? Infinity : settings.number("max_value", 0);
  if (settings.number("threshold", 0) !== 0 || (slope !== 0 && most !== Infinity)) {
    settings.fault("a ReLU with a threshold, or a slope and max_value, is not known here");
  }
  if (most !== Infinity) return clip(0, most);
  return slope === 0 ? relu() : leakyRelu(slope);
}
