import { ConfigError } from "../../core/errors.js";
import { size } from "../../core/tensor.js";
import { penaltySlope } from "../../kernels/updateRules.js";
import type { Network } from "../network/network.js";

/**
 * Coefficients of |θ_p|: one number for all, one for each parameter, or one for the weights of the
 * first layer that has any (LASSO).
 */
export type L1 = number | Float64Array | { readonly firstLayer: number };

/** Refuses what is no penalty: @throws ConfigError for NaN, ±∞ and negative numbers */
export function checkStrength(value: number, what: string): void {
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return;
  throw new ConfigError(`${what} is ${String(value)}. Give a number ≥ 0.`, {
    value,
  });
}

/**
 * `l1` as one number or one for each parameter: [P].
 * @throws ConfigError if one is negative, NaN or ±∞, for another number of parameters, or for a
 *   first layer that there is not
 */
export function l1Strengths(network: Network, l1: L1 = 0): number | Float64Array {
  if (l1 instanceof Float64Array) {
    if (l1.length !== network.parameterCount) {
      throw new ConfigError(
        `l1: ${l1.length} strengths for the ${network.parameterCount} parameters of ${network.name}. Give one for each.`,
      );
    }
    l1.forEach((strength, p) => checkStrength(strength, `l1: the strength of parameter ${p}`));
    return l1;
  }
  if (typeof l1 !== "object" || l1 === null) {
    checkStrength(l1, "l1");
    return l1;
  }
  const node = network.nodes.find(({ layer }) => layer.kind === "affine");
  if (node?.layer.kind !== "affine")
    throw new ConfigError(`l1: ${network.name} has no layer with weights. Leave l1 out.`);
  checkStrength(l1.firstLayer, "l1: the strength on the first layer");
  const start = node.offset!;
  return new Float64Array(network.parameterCount).fill(
    l1.firstLayer,
    start,
    start + size(node.layer.weightShape),
  );
}

/** (l2/2) ‖θ‖² + Σ_p l1_p |θ_p|. */
export function penalty(theta: Float64Array, l2: number, l1: number | Float64Array): number {
  let sum = 0;
  for (let p = 0; p < theta.length; p++) {
    sum += 0.5 * l2 * theta[p] ** 2 + (typeof l1 === "number" ? l1 : l1[p]) * Math.abs(theta[p]);
  }
  return sum;
}

/** gradient += l2 θ + l1 sign θ. */
export function addPenaltyGradient(
  gradient: Float64Array,
  theta: Float64Array,
  l2: number,
  l1: number | Float64Array,
): void {
  for (let p = 0; p < theta.length; p++) {
    gradient[p] += penaltySlope(theta[p], typeof l1 === "number" ? l1 : l1[p], l2);
  }
}
