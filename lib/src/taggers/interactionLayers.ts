import { ConfigError } from "../core/errors.js";
import type { AffineLayer, ObjectGroup } from "../nn/layer.js";
import type { Network } from "../nn/network.js";

/** The nine hidden layers of an interaction network in the order of its parameters, by the names of their functions. */
export const interactionLayers: readonly string[] = ["f_R^pp", "f_R^vp", "f_O"].flatMap((name) => [1, 2, 3].map((k) => `${name} ${k}`));

/** An interaction network taken apart. */
export interface InteractionNetworkParts {
  /** The nine hidden layers and the last: node and place in θ. */
  readonly layers: readonly { readonly node: number; readonly offset: number; readonly outputs: number; readonly inputs: number }[];
  readonly tracks: ObjectGroup;
  readonly vertices: ObjectGroup;
}

/** @throws ConfigError if the network is none that `interactionNetwork` made */
export function interactionNetworkParts({ name, nodes }: Network): InteractionNetworkParts {
  const affine = nodes.flatMap(({ layer, offset }, node) => (layer.kind === "affine" ? [{ layer, node, offset: offset! }] : []));
  const [first, fourth] = [affine[0]?.layer.pairs, affine[3]?.layer.pairs];
  if (affine.length !== interactionLayers.length + 1 || !first || !fourth) {
    throw new ConfigError(`${name}: is no interaction network. Make one with interactionNetwork.`, { name });
  }
  const shapeOf = ({ weightShape: [outputs, inputs] }: AffineLayer): { outputs: number; inputs: number } => ({ outputs, inputs });
  const layers = affine.map(({ layer, node, offset }) => ({ node, offset, ...shapeOf(layer) }));
  return { layers, tracks: first.receivers, vertices: fourth.senders };
}
