import { ConfigError } from "../core/errors.js";
import { size } from "../core/tensor.js";
import type { Network } from "./network.js";

/** Coefficients of |θ_p|: one number for all, one for each parameter, or one for the weights of the first layer that has any (LASSO). */
export type L1 = number | Float64Array | { readonly firstLayer: number };

/** `l1` as one number or one for each parameter: [P]. @throws ConfigError if it is negative, or for a first layer that there is not */
export function l1Strengths(network: Network, l1: L1 = 0): number | Float64Array {
  if (typeof l1 === "number" || l1 instanceof Float64Array) return l1;
  const node = network.nodes.find(({ layer }) => layer.kind === "affine");
  if (node?.layer.kind !== "affine") throw new ConfigError(`l1: ${network.name} has no layer with weights. Leave l1 out.`);
  if (!(l1.firstLayer >= 0 && Number.isFinite(l1.firstLayer))) {
    throw new ConfigError(`l1: the strength on the first layer is ${l1.firstLayer}. Give a number ≥ 0.`, { firstLayer: l1.firstLayer });
  }
  const start = node.offset!;
  return new Float64Array(network.parameterCount).fill(l1.firstLayer, start, start + size(node.layer.weightShape));
}
