import { size } from "../../core/tensor.js";
import { parameterBlocks, type Network } from "../network/network.js";
import type { SinglePlan } from "./plan.js";

/** A block of θ and its penalty, which is one number for all of it. */
export interface SingleBlock {
  readonly l1: number;
  readonly l2: number;
}

/** Where each entry of θ lies in the arena, counted from the start of all parameters: [P]. */
export function parameterPlaces(network: Network, plan: SinglePlan): Int32Array {
  const at = new Int32Array(network.parameterCount);
  for (const { node, parameters } of plan.stages)
    parameters?.places(at, network.nodes[node].offset!);
  return at;
}

/** Penalties by node and role; undefined if l1 differs within a weight or a bias. */
export function blockPenalties(
  network: Network,
  l1: number | Float64Array,
  l2: number,
): Map<string, SingleBlock> | undefined {
  const penalties = new Map<string, SingleBlock>();
  for (const { node, role, offset, shape } of parameterBlocks(network)) {
    const strength = typeof l1 === "number" ? l1 : l1[offset];
    if (typeof l1 !== "number")
      for (let p = offset, end = offset + size(shape); p < end; p++)
        if (l1[p] !== strength) return undefined;
    penalties.set(`${node} ${role}`, { l1: strength, l2 });
  }
  return penalties;
}
