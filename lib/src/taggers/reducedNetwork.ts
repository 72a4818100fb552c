import { checkFinite } from "../core/tensor.js";
import { aLayout, someFeatures } from "./arguments.js";
import { takes } from "../core/arguments/takes.js";
import { count, listOf, optional, record } from "../core/arguments/kinds.js";
import { ConfigError } from "../core/errors.js";
import { checkParameters, type Network } from "../nn/network/network.js";
import { interactionLayers, interactionNetworkParts } from "./interactionLayers.js";
import { interactionNetwork } from "./interactionNetwork.js";
import {
  findFeature,
  jetKinds,
  selectLayout,
  type JetFeatures,
  type JetLayout,
} from "./jetInputs.js";

/** A smaller network with its θ. */
export interface ReducedNetwork {
  readonly network: Network;
  readonly theta: Float64Array;
  /** Of the jets that it reads; `selectFeatures(inputs, layout.features)` makes them. */
  readonly layout: JetLayout;
  /** Rows of the kept features among those of before. */
  readonly features: Readonly<Record<"tracks" | "vertices", Int32Array>>;
  /** Kept nodes of each of the nine hidden layers, by their numbers before. */
  readonly nodes: readonly Int32Array[];
}

/**
 * The part of an interaction network that reads only some features and has only some nodes, with
 * its parameters. It says of every jet what the whole says with the dropped features 0 and the
 * dropped nodes dead; so nothing changes if these were 0 anyway. A feature is 0 as the network
 * reads it: of standardised jets that is its mean (`deltaAuc` with `space: "read"`), which costs
 * less than a raw 0.
 *
 * @param keep.features  by name (default: all)
 * @param keep.nodes     for each hidden layer, in the order of `interactionLayers` (default: all)
 * @throws ConfigError for unknown features, and if nothing would be left of a layer or of a kind of
 *   objects
 */
export function reducedNetwork(
  network: Network,
  theta: Float64Array,
  layout: JetLayout,
  keep: { readonly features?: JetFeatures; readonly nodes?: readonly ArrayLike<number>[] },
): ReducedNetwork {
  checkParameters(network, theta);
  checkFinite(theta, "reducedNetwork: theta");
  takes("reducedNetwork", {
    layout: [layout, aLayout],
    keep: [
      keep,
      record(
        { features: optional(someFeatures), nodes: optional(listOf(listOf(count()), 0, 9)) },
        "what is kept { features, nodes }",
      ),
    ],
  });
  const parts = interactionNetworkParts(network);
  const { features: named = layout.features } = keep;
  const rows = Object.fromEntries(
    jetKinds.map((kind) => [
      kind,
      Int32Array.from(named[kind], (name) => {
        const found = findFeature(layout, name);
        if (found.kind !== kind)
          throw new ConfigError(
            `reducedNetwork: "${name}" is a feature of ${found.kind}. Name it there.`,
            { name },
          );
        return found.index;
      }),
    ]),
  ) as Record<"tracks" | "vertices", Int32Array>;
  for (const kind of jetKinds)
    if (rows[kind].length === 0)
      throw new ConfigError(
        `reducedNetwork: no feature of ${kind} would be left. Keep one or more.`,
        { kind },
      );
  const kept = interactionLayers.map((name, l) => {
    const { outputs } = parts.layers[l];
    const own = Int32Array.from(keep.nodes?.[l] ?? Array.from({ length: outputs }, (_, j) => j));
    const wrong = own.find((j, k) => j < 0 || j >= outputs || own.indexOf(j) !== k);
    if (wrong !== undefined) {
      throw new ConfigError(
        `reducedNetwork: ${name} has the nodes 0 to ${outputs - 1}, each once; node ${wrong} was asked for. Name others.`,
        { name, node: wrong },
      );
    }
    if (own.length === 0)
      throw new ConfigError(`reducedNetwork: no node of ${name} would be left. Keep one or more.`, {
        name,
      });
    return own;
  });
  const shifted = (list: Int32Array, by: number): number[] => Array.from(list, (k) => k + by);
  const [P, edge] = [parts.tracks.features, parts.layers[2].outputs];
  const tracks = Array.from(rows.tracks);
  const columns = [
    [...tracks, ...shifted(rows.tracks, P)],
    kept[0],
    kept[1],
    [...tracks, ...shifted(rows.vertices, P)],
    kept[3],
    kept[4],
    [...tracks, ...shifted(kept[2], P), ...shifted(kept[5], P + edge)],
    kept[6],
    kept[7],
    kept[8],
  ];
  const width = (l: number): number => kept[l].length;
  const made = interactionNetwork({
    widths: {
      pairs: [width(0), width(1), width(2)],
      vertexPairs: [width(3), width(4), width(5)],
      objects: [width(6), width(7), width(8)],
    },
    tracks: parts.tracks.objects,
    trackFeatures: tracks.length,
    vertices: parts.vertices.objects,
    vertexFeatures: rows.vertices.length,
    classes: parts.layers[9].outputs,
  });
  const own: number[] = [];
  parts.layers.forEach(({ offset, outputs, inputs }, l) => {
    const nodes = l < kept.length ? kept[l] : Int32Array.from({ length: outputs }, (_, j) => j);
    for (const j of nodes) for (const k of columns[l]) own.push(theta[offset + j * inputs + k]);
    for (const j of nodes) own.push(theta[offset + outputs * inputs + j]);
  });
  return {
    network: made,
    theta: Float64Array.from(own),
    layout: selectLayout(layout, named),
    features: rows,
    nodes: kept,
  };
}
