import type { Layer } from "../../nn/layers/layer.js";
import { specOf } from "../../nn/layers/specOf.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { areApart } from "./owners.js";

/** Whether windows of a pooling share inputs, or a gather may take one twice. */
export const overlaps = (layer: Layer): boolean =>
  layer.kind === "gather" || (layer.kind === "pooling" && layer.overlaps === true);

/** Kinds of layer that segments lead through. */
const understood: Readonly<Record<Layer["kind"], boolean>> = {
  affine: true,
  elementwise: true,
  pooling: true,
  reshape: true,
  slice: true,
  dropout: true,
  merge: true,
  gather: true,
  choice: false,
  product: false,
  softmax: false,
  normalisation: false,
  scaling: false,
  source: false,
  own: false,
};

/**
 * Why a network has no plan; undefined if it has one. Layers made by hand are left to themselves,
 * but for functions of one entry, which are asked for their derivatives like all others.
 */
export function obstacleToPlan({
  network: { nodes, parameterCount },
  steps,
}: Evaluator): string | undefined {
  const taken = new Uint8Array(parameterCount);
  for (const [
    node,
    {
      layer,
      pooling,
      weight: [start],
      bias: [, end],
    },
  ] of steps.entries()) {
    const what = `${layer.name}, node ${node},`;
    if (understood[layer.kind] !== true)
      return `${what} is of a kind that no segment leads through`;
    if (layer.kind !== "elementwise" && !specOf(layer))
      return `${what} was made or changed by hand`;
    if (layer.kind === "merge" && layer.axis)
      return `${what} joins along another axis than the channels`;
    if (pooling && !overlaps(layer) && !areApart(pooling))
      return `${what} has windows that overlap, and does not say so`;
    if (nodes[node].offset === undefined) continue;
    if (taken.subarray(start, end).includes(1)) return `${what} shares parameters with another`;
    taken.fill(1, start, end);
  }
  return undefined;
}
