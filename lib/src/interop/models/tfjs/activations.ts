import { elu, leakyRelu, relu, sigmoid, softplus, tanh } from "../../../nn/layers/activations.js";
import { quoted } from "../../../core/printable.js";
import type { Layer } from "../../../nn/layers/layer.js";
import { addPart, settled, type Importer, type Value } from "./importer.js";
import type { Settings } from "./settings.js";

const plain: Readonly<Record<string, () => Layer>> = {
  relu,
  elu: () => elu(1),
  tanh,
  sigmoid,
  softplus,
};
const known: Readonly<Record<string, () => Layer>> = { ...plain, leaky_relu: () => leakyRelu(0.2) };

/** The functions that a model may end in, which are taken off. */
export const ENDS = ["softmax", "sigmoid"] as const;
const CURE = `Use ${Object.keys(plain).join(", ")}, linear, or softmax at the end`;

/**
 * The value after the activation that its layer names in its settings; Keras 3 may have a layer in
 * the place of a name.
 */
export function activated(importer: Importer, settings: Settings, value: Value): Value {
  const layer = layerGiven(settings);
  if (layer) return through(importer, layer, value);
  const name = activationName(settings.raw("activation")) ?? settings.text("activation", "linear");
  if (name === "linear") return value;
  if (Object.hasOwn(known, name)) return through(importer, known[name](), value);
  settings.fault(
    name === "softmax"
      ? "softmax can stand only at the end. Take it out"
      : `has no activation ${quoted(name)} here. ${CURE}`,
  );
  return value;
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
  if (settings.number("max_value", 0) !== 0 || settings.number("threshold", 0) !== 0) {
    settings.fault("a ReLU with max_value or threshold is not known here. Use a plain one");
  }
  const slope = settings.number("negative_slope", 0);
  return slope === 0 ? relu() : leakyRelu(slope);
}
