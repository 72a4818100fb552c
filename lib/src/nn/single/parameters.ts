import { ConfigError } from "../../core/errors.js";
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

/** Penalties by node and role. @throws ConfigError if l1 differs within a weight or a bias */
export function blockPenalties(
  network: Network,
  l1: number | Float64Array,
  l2: number,
): Map<string, SingleBlock> {
  return new Map(
    parameterBlocks(network).map(({ node, layer, role, offset, shape }) => {
      const strength = typeof l1 === "number" ? l1 : l1[offset];
      let same = true;
      if (typeof l1 !== "number")
        for (let p = offset, end = offset + size(shape); p < end; p++) same &&= l1[p] === strength;
      if (!same) {
        const fact = `l1 differs within the ${role} of ${layer}, and single precision knows one strength for each`;
        throw new ConfigError(`train: ${fact}. Train with precision: "float64".`, { layer, role });
      }
      return [`${node} ${role}`, { l1: strength, l2 }];
    }),
  );
}
