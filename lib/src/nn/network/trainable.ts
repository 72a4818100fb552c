import { aNetwork } from "../arguments.js";
import { count, list, listOf, optional, record, text, vector } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { shown } from "../../core/oneOf.js";
import { size, type Shape } from "../../core/tensor.js";
import { held } from "../layers/held.js";
import type { Layer } from "../layers/layer.js";
import { scaling, type ScalingOptions } from "../layers/scaling.js";
import {
  checkParameters,
  networkOf,
  parametersOf,
  type Network,
  type OpenNode,
} from "./network.js";

/** Which parameters are free: layers by name or number of the node, or parameters by name. */
export type Trainable = readonly (string | number)[];

/** Options of `trainable`. */
export interface TrainableOptions {
  /**
   * Names of parameters and where they are in θ, as `interop.readModel` gives them for ONNX models
   * (default: layers alone have names).
   */
  readonly parameters?: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly offset: number;
  }[];
}

/** A network of which some parameters are free, the others numbers. */
export interface TrainablePart {
  /** θ of it are the free parameters alone. */
  readonly network: Network;
  /** Their values, in the order in which they stand in the whole θ. */
  readonly theta: Float64Array;
  /** The whole network with these values in their places, e.g. for relevance or to be saved. */
  whole(theta: Float64Array): { readonly network: Network; readonly theta: Float64Array };
}

/**
 * The network as a function of some of its parameters, the others kept as they are: training,
 * gradients, Hessian, influence, Kronecker factors and audits of it are those of the free
 * parameters, with blocks of the whole Hessian and columns of the whole gradients.
 *
 * Free are layers as a whole, weights and biases. A batch normalisation with the numbers of a
 * trained network is frozen: its running mean and variance, scale and shift are two numbers w, b
 * for each feature, y = w x + b. Named, these become parameters. Penalties are of the free
 * parameters alone. The exact Hessian goes by products where a layer is held.
 *
 * @param names  of layers as `nn.parameterBlocks` has them (all of that name), numbers of nodes, or
 *   names of parameters
 * @throws ConfigError for a name that there is not, with those there are, and for one of the two
 *   parameters of a layer
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * const network = nn.sequential([nn.dense(2, 3), nn.tanh(), nn.dense(3, 1)]);
 * const theta = Float64Array.from({ length: 13 }, (_, p) => p);
 * const head = nn.trainable(network, theta, ["dense(3→1)"]);
 * console.log(Array.from(head.theta)); // → [ 9, 10, 11, 12 ]
 * ```
 */
export function trainable(
  network: Network,
  theta: Float64Array,
  names: Trainable,
  options: TrainableOptions = {},
): TrainablePart {
  const named = record({ name: text, shape: listOf(count()), offset: count() });
  takes("trainable", {
    network: [network, aNetwork],
    names: [names, list],
    options: [options, record({ parameters: optional(listOf(named)) })],
  });
  takes("trainable", { theta: [theta, vector()] });
  checkParameters(network, theta, "theta", "trainable");
  const free = freeNodes(network, names, options.parameters ?? []);
  const whole = thawed(network, theta, free);
  const pieces: { from: number; to: number; count: number }[] = [];
  let end = 0;
  const open = whole.network.nodes.map(({ layer, inputs, offset }, node): OpenNode => {
    if (offset === undefined) return { layer, inputs };
    const count = sizeOf(layer);
    if (!free.has(node))
      return { layer: held(layer, whole.theta.slice(offset, offset + count)), inputs };
    const known = pieces.find(({ from }) => from === offset);
    if (known) return { layer, inputs, offset: known.to };
    pieces.push({ from: offset, to: end, count });
    end += count;
    return { layer, inputs, offset: end - count };
  });
  const { inputs } = network;
  const part = { ...networkOf(network.name, open, end), ...(inputs && { inputs }) };
  const start = new Float64Array(end);
  for (const { from, to, count } of pieces) start.set(whole.theta.subarray(from, from + count), to);
  return {
    network: part,
    theta: start,
    whole(own) {
      checkParameters(part, own, "theta", "trainable: whole");
      const all = whole.theta.slice();
      for (const { from, to, count } of pieces) all.set(own.subarray(to, to + count), from);
      return { network: whole.network, theta: all };
    },
  };
}

const sizeOf = (layer: Layer): number =>
  parametersOf(layer).reduce((sum, { shape }) => sum + size(shape), 0);

/** A batch normalisation of given numbers. */
function frozenScaling(layer: Layer): (ScalingOptions & { readonly features: number }) | undefined {
  if (layer.kind !== "scaling") return undefined;
  const spec = layer.spec as unknown as ScalingOptions & { readonly features: number };
  return spec?.values ? spec : undefined;
}

/** Nodes whose parameters are free, and those that share them. */
function freeNodes(
  { nodes }: Network,
  names: Trainable,
  parameters: NonNullable<TrainableOptions["parameters"]>,
): Set<number> {
  const can = (node: number): boolean =>
    nodes[node] !== undefined &&
    (nodes[node].offset !== undefined || frozenScaling(nodes[node].layer) !== undefined);
  const covered = new Set<number>(); // entries of θ that are named one by one
  const free = new Set<number>();
  for (const name of names) {
    const own = parameters.find((one) => one.name === name);
    const found = nodes.flatMap(({ layer }, node) =>
      can(node) && (name === node || name === layer.name) ? [node] : [],
    );
    if (own) for (let p = 0; p < size(own.shape); p++) covered.add(own.offset + p);
    else if (found.length === 0) throw unknown(name, nodes, can, parameters);
    for (const node of found) free.add(node);
  }
  nodes.forEach(({ layer, offset }, node) => {
    if (offset === undefined) return;
    const count = sizeOf(layer);
    const inside = parameters.filter(
      (one) => one.offset >= offset && one.offset < offset + count && size(one.shape) > 0,
    );
    const chosen = inside.filter((one) => covered.has(one.offset));
    if (chosen.length === 0) return;
    const left = inside.find((one) => !covered.has(one.offset));
    if (left && !free.has(node))
      throw new ConfigError(
        `trainable: "${chosen[0].name}" is named and "${left.name}" of the same layer is not; a layer is free as a whole. Name both, or neither.`,
        { node },
      );
    free.add(node);
  });
  const places = new Set([...free].map((node) => nodes[node].offset));
  nodes.forEach(({ offset }, node) => {
    if (offset !== undefined && places.has(offset)) free.add(node);
  });
  if (free.size === 0)
    throw new ConfigError("trainable: no parameter is named. Name a layer or a parameter.");
  return free;
}

function unknown(
  name: string | number,
  nodes: Network["nodes"],
  can: (node: number) => boolean,
  parameters: NonNullable<TrainableOptions["parameters"]>,
): ConfigError {
  const layers = nodes.flatMap(({ layer }, node) => (can(node) ? [`${node} (${layer.name})`] : []));
  const all = [...layers, ...parameters.map((own) => own.name)];
  const there =
    all.length > 12 ? `${all.slice(0, 12).join(", ")} and ${all.length - 12} more` : all.join(", ");
  return new ConfigError(
    `trainable: ${shown(name)} names no parameters; there are ${there}. Name layers, numbers of nodes or parameters.`,
    { name },
  );
}

/** The network with the numbers of named batch normalisations as parameters at the end of θ. */
function thawed(
  network: Network,
  theta: Float64Array,
  free: ReadonlySet<number>,
): { network: Network; theta: Float64Array } {
  const added: number[] = [];
  const open = network.nodes.map(({ layer, inputs, offset }, node): OpenNode => {
    const frozen = free.has(node) ? frozenScaling(layer) : undefined;
    if (!frozen) return { layer, inputs, offset };
    const { features, axis, values } = frozen;
    const place = theta.length + added.length;
    added.push(...values!);
    const bias = values!.length > features;
    return { layer: scaling(features, { axis, bias }), inputs, offset: place };
  });
  if (added.length === 0) return { network, theta: theta.slice() };
  const all = new Float64Array(theta.length + added.length);
  all.set(theta);
  all.set(added, theta.length);
  const { inputs } = network;
  return {
    network: { ...networkOf(network.name, open, all.length), ...(inputs && { inputs }) },
    theta: all,
  };
}
