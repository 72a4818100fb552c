import { checkNetwork } from "../arguments.js";
import { ConfigError } from "../../core/errors.js";
import { held, heldOf } from "../layers/held.js";
import type { Layer } from "../layers/layer.js";
import { specOf } from "../layers/specOf.js";
import { layerFrom } from "../layers/layerFrom.js";
import type { LayerSpec } from "../layers/layerTypes.js";
import { specOfText } from "../layers/layerText.js";
import { inputsFault } from "./namedInputs.js";
import {
  impliedOffsets,
  networkOf,
  parameterSize,
  type Network,
  type NetworkInput,
} from "./network.js";

/** A node as plain data. */
export interface NodeDescription {
  readonly layer: LayerSpec;
  readonly inputs: readonly number[];
  /** Where its parameters begin in θ; absent where they follow those of the nodes before it. */
  readonly offset?: number;
  /** Its parameters, where they are held (`nn.trainable`) and have no place in θ. */
  readonly held?: readonly number[];
}

/**
 * A network as plain data, for worker threads, files and cache keys: the specification of a layer
 * says all about it.
 */
export interface NetworkDescription {
  readonly name: string;
  readonly nodes: readonly NodeDescription[];
  /** P, where θ is longer than its nodes need. */
  readonly parameterCount?: number;
  /** Of networks with several inputs. */
  readonly inputs?: readonly NetworkInput[];
}

/**
 * A network as plain data, which `networkFrom` makes one of again.
 * @throws ConfigError if a layer was made or changed by hand: nobody but its maker knows what it
 *   computes
 */
export function describeNetwork(network: Network): NetworkDescription {
  checkNetwork(network, "describeNetwork");
  return describedNetwork(network, "Compute in this thread (jobs: 1).");
}

/** @param cure  what to do about a layer that cannot be described */
export function describedNetwork(network: Network, cure: string): NetworkDescription {
  const { name, nodes, parameterCount, inputs: named } = network;
  const specs = nodes.map(({ layer }, node) => {
    const spec = specOf(heldOf(layer)?.layer ?? layer);
    if (spec) return spec;
    const changed = layer.spec
      ? ` It is a copy of a ${layer.spec.type} and may compute something else.`
      : "";
    throw new ConfigError(
      `describeNetwork: "${layer.name}" is no layer of this library, so it cannot be rebuilt elsewhere. ${cure}${changed}`,
      { node, layer: layer.name },
    );
  });
  const implied = impliedOffsets(nodes);
  return {
    name,
    nodes: nodes.map(({ layer, inputs, offset }, node) => ({
      layer: specs[node],
      inputs: [...inputs],
      ...(heldOf(layer) && { held: Array.from(heldOf(layer)!.values) }),
      ...(offset !== undefined && offset !== implied.offsets[node] && { offset }),
    })),
    ...(parameterCount !== implied.end && { parameterCount }),
    ...(named && { inputs: named.map(({ shape, ...rest }) => ({ ...rest, shape: [...shape] })) }),
  };
}

/**
 * The network of a description, also where that comes from a file and not from `describeNetwork`.
 * @throws ConfigError if it describes none
 */
export function networkFrom(description: NetworkDescription): Network {
  const { name, nodes, parameterCount, inputs: named } = (description ?? {}) as NetworkDescription;
  const fact =
    typeof name !== "string" || !Array.isArray(nodes) || nodes.length === 0
      ? "a name and nodes must be there"
      : (nodes.map(nodeFault).find((fault) => fault !== undefined) ?? inputsFault(named));
  if (fact !== undefined)
    throw new ConfigError(`networkFrom: ${fact}. Give what describeNetwork made.`);
  const layers = nodes.map(({ layer, inputs, offset, held: numbers }) => {
    const own = layerFrom(typeof layer === "string" ? specOfText(layer) : layer);
    return { layer: numbers ? heldFrom(own, numbers) : own, inputs, offset };
  });
  const network = networkOf(name, layers, parameterCount);
  return named ? { ...network, inputs: named } : network;
}

/** @throws ConfigError unless these are the numbers of the layer's parameters */
function heldFrom(layer: Layer, numbers: readonly number[]): Layer {
  const wanted = parameterSize(layer);
  const sound =
    Array.isArray(numbers) && numbers.length === wanted && numbers.every(Number.isFinite);
  if (sound && wanted > 0) return held(layer, Float64Array.from(numbers));
  throw new ConfigError(
    `networkFrom: ${layer.name} holds no list of ${wanted} finite numbers. Give what describeNetwork made.`,
  );
}

/** Each node reads the input of the network or what comes before it. */
function nodeFault(node: unknown, place: number): string | undefined {
  const { inputs } = (node ?? {}) as { inputs?: unknown };
  const before = (v: unknown): boolean =>
    Number.isInteger(v) && Number(v) >= 0 && Number(v) <= place;
  if (Array.isArray(inputs) && inputs.every(before)) return undefined;
  return `node ${place} must read values that come before it, 0 to ${place}`;
}
