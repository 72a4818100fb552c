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
import { hasRole, type HeldWeight } from "./weightLookup.js";

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
  const weights: Held = new Map();
  collect(model, [], weights);
  const topology: unknown = JSON.parse(JSON.stringify(model.toJSON(undefined, false)));
  const lookup: WeightLookup = ({ scope, name }, role) =>
    weights.get(JSON.stringify([...scope, name]))?.find((own) => hasRole(own.name, role));
  const graph = kerasGraph(topology, "fromTfjs", { head: options.head });
  return importModel(graph, lookup, "fromTfjs", options);
}

/** Of each layer, its models before its name. */
type Held = Map<string, (HeldWeight & { readonly name: string })[]>;

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
    const own = layer.weights.map((weight) => {
      const value = weight.read();
      return { name: weight.originalName, shape: value.shape as Shape, data: value.dataSync() };
    });
    weights.set(JSON.stringify([...scope, layer.name]), own);
  }
}
