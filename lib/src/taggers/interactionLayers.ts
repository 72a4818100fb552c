import { ConfigError } from "../core/errors.js";
import { specOf } from "../nn/layers/specOf.js";
import type { ObjectGroup } from "../nn/layers/layer.js";
import type { Network } from "../nn/network/network.js";
import { interactionNetwork } from "./interactionNetwork.js";

/**
 * The nine hidden layers of an interaction network in the order of its parameters, by the names of
 * their functions.
 */
export const interactionLayers: readonly string[] = ["f_R^pp", "f_R^vp", "f_O"].flatMap((name) =>
  [1, 2, 3].map((k) => `${name} ${k}`),
);

/** An interaction network taken apart. */
export interface InteractionNetworkParts {
  /** The nine hidden layers and the last: node and place in θ. */
  readonly layers: readonly {
    readonly node: number;
    readonly offset: number;
    readonly outputs: number;
    readonly inputs: number;
  }[];
  readonly tracks: ObjectGroup;
  readonly vertices: ObjectGroup;
}

/** @throws ConfigError if the network is none that `interactionNetwork` made */
export function interactionNetworkParts(network: Network): InteractionNetworkParts {
  const parts = partsOf(network);
  if (parts) return parts;
  throw new ConfigError(
    `${network.name}: is no interaction network. Make one with interactionNetwork.`,
    { name: network.name },
  );
}

/** Whether a network is one that `interactionNetwork` made, whatever it is called. */
export const isInteractionNetwork = (network: Network): boolean => partsOf(network) !== undefined;

/** Taken apart, and made again for comparison. */
function partsOf({ nodes }: Network): InteractionNetworkParts | undefined {
  const affine = nodes.flatMap(({ layer, offset }, node) =>
    layer.kind === "affine" ? [{ layer, node, offset: offset! }] : [],
  );
  const [first, fourth] = [affine[0]?.layer.pairs, affine[3]?.layer.pairs];
  if (affine.length !== interactionLayers.length + 1 || !first || !fourth) return undefined;
  const layers = affine.map(
    ({
      layer: {
        weightShape: [outputs, inputs],
      },
      node,
      offset,
    }) => ({ node, offset, outputs, inputs }),
  );
  const [tracks, vertices] = [first.receivers, fourth.senders];
  if (tracks.objects < 2) return undefined;
  const three = (l: number): [number, number, number] => [
    layers[l].outputs,
    layers[l + 1].outputs,
    layers[l + 2].outputs,
  ];
  const again = interactionNetwork({
    widths: { pairs: three(0), vertexPairs: three(3), objects: three(6) },
    classes: layers[9].outputs,
    tracks: tracks.objects,
    trackFeatures: tracks.features,
    vertices: vertices.objects,
    vertexFeatures: vertices.features,
  });
  const plain = (all: Network["nodes"]): string =>
    JSON.stringify(all.map(({ layer, inputs }) => [specOf(layer) ?? "made by hand", inputs]));
  return plain(nodes) === plain(again.nodes) ? { layers, tracks, vertices } : undefined;
}
