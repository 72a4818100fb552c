import type { Shape } from "../../core/tensor.js";
import { PhaselensError } from "../../core/errors.js";
import type { Network } from "../../nn/network/network.js";
import { shapes } from "../../nn/network/network.js";
import { usesOf } from "../exact/curvatureParts.js";

/** What the Kronecker factors of a network cost. */
export interface FactorCost {
  /** Σ of the cubes of their widths: their eigenbases. */
  readonly eigenbases: number;
  /** Operations for each sample in the second pass, where its gradient is turned into them. */
  readonly turning: number;
  /** Operations of a solve. */
  readonly solve: number;
}

/** The cost, or why there are no factors. */
export function costOfFactors(network: Network, sample: Shape): FactorCost | string {
  const shape = shapes(network, sample);
  let [eigenbases, turning, solve] = [0, 0, 0];
  try {
    for (const { nodes } of usesOf(network)) {
      const { layer, inputs } = network.nodes[nodes[0]];
      if (layer.kind !== "affine") continue;
      const { outChannels, inChannels, taps, sites } = layer.map(shape[inputs[0]]).geometry;
      const [to, from] = [outChannels, inChannels * taps + 1];
      eigenbases += from * from * from + to * to * to;
      solve += 4 * from * to * (from + to);
      turning +=
        sites === 1 && nodes.length === 1
          ? 2 * (from ** 2 + to ** 2 + from * to)
          : 2 * from * to * (sites * nodes.length + from + to);
    }
  } catch (error) {
    if (error instanceof PhaselensError) return obstacleIn(error.message);
    throw error;
  }
  return { eigenbases, turning, solve };
}

/** "x, node 3, was made by hand and has no factors" of the whole message. */
const obstacleIn = (message: string): string =>
  message.replace(/^kroneckerCurvature: /, "").split(". ")[0];
