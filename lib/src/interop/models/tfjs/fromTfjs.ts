import { kind } from "../../../core/arguments/kinds.js";
import { takes } from "../../../core/arguments/takes.js";
import type { Shape } from "../../../core/tensor.js";
import { tfjsOptions } from "../arguments.js";
import { kerasGraph } from "./graph.js";
import {
  importModel,
  type ImportedModel,
  type ImportOptions,
  type WeightLookup,
} from "./importModel.js";
import type { TfjsModel } from "./module.js";

const aModel = kind(
  "a tf.LayersModel, built with tf.sequential or tf.model or loaded with tf.loadLayersModel",
  (value) => {
    const { toJSON, layers } = (value ?? {}) as Partial<TfjsModel>;
    return typeof toJSON === "function" && Array.isArray(layers);
  },
);

/**
 * A `tf.LayersModel`, Sequential or functional, as a network of this library with its θ: Dense,
 * Conv1D to 3D, maximum, average and global pooling, the usual activations, Flatten, Dropout (off
 * outside training), BatchNormalization (with its statistics as they were learnt, taken up by a
 * layer beside it), Add, Concatenate, Reshape and Permute where no entry changes its place,
 * ZeroPadding before a convolution. Inputs have channels last there and first here:
 * `channelsFirst`.
 *
 * @throws ConfigError listing every layer that has no counterpart here, with what would do instead
 */
export function fromTfjs(model: TfjsModel, options: ImportOptions = {}): ImportedModel {
  takes("fromTfjs", { model: [model, aModel], options: [options, tfjsOptions] });
  const weights = new Map<string, { shape: Shape; data: ArrayLike<number> }>();
  collect(model, [], weights);
  const topology: unknown = JSON.parse(JSON.stringify(model.toJSON(undefined, false)));
  const lookup: WeightLookup = ({ scope, name }, role) =>
    weights.get(JSON.stringify([...scope, name, role]));
  return importModel(kerasGraph(topology, "fromTfjs"), lookup, "fromTfjs", options);
}

type Held = Map<string, { shape: Shape; data: ArrayLike<number> }>;

/** Weights of all layers, of those in models inside it too. */
function collect(
  { layers }: Pick<TfjsModel, "layers">,
  scope: readonly string[],
  weights: Held,
): void {
  for (const layer of layers) {
    if (Array.isArray(layer.layers)) {
      collect(layer as Pick<TfjsModel, "layers">, [...scope, layer.name], weights);
      continue;
    }
    for (const weight of layer.weights) {
      const value = weight.read();
      const key = JSON.stringify([...scope, layer.name, roleOf(weight.originalName)]);
      weights.set(key, { shape: value.shape as Shape, data: value.dataSync() });
    }
  }
}

/** "kernel" of "dense_1/kernel" or "dense_1/kernel:0". */
export const roleOf = (name: string): string =>
  name.slice(name.lastIndexOf("/") + 1).replace(/:\d+$/, "");
