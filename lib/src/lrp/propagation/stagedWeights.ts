import { specOf } from "../../nn/layers/specOf.js";
import type { AffineLayer, AffineMap } from "../../nn/layers/layer.js";
import type { Network, NetworkNode } from "../../nn/network/network.js";
import { denseRows, isMatrix, type DenseRows } from "./denseRows.js";

/**
 * The same network with dense layers that keep their weights where the compiled kernels want them,
 * instead of bringing them there for every batch. Weights are told apart by their place in memory,
 * so those of one evaluator must not be written to while it is in use.
 */
export function withStagedWeights(network: Network): Network {
  return { ...network, nodes: network.nodes.map(stagedNode) };
}

/** Layers made or changed by hand stay as they are: their products may be others. */
const stagedNode = (node: NetworkNode): NetworkNode =>
  node.layer.kind === "affine" && specOf(node.layer)
    ? { ...node, layer: staged(node.layer) }
    : node;

function staged(layer: AffineLayer): AffineLayer {
  return {
    ...layer,
    map(input) {
      const map = layer.map(input);
      return isMatrix(map.geometry) ? stagedMap(map) : map;
    },
  };
}

function stagedMap(map: AffineMap): AffineMap {
  const { inChannels, outChannels } = map.geometry;
  let at: Float64Array | undefined;
  let rows: DenseRows | undefined;
  return {
    ...map,
    apply(weight, bias, x, y, batch) {
      if (!rows || at?.buffer !== weight.buffer || at.byteOffset !== weight.byteOffset) {
        at = weight;
        rows = denseRows(weight, inChannels, outChannels);
      }
      rows.apply(bias, x, y, batch);
    },
  };
}
