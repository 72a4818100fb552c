import type { Network } from "../../nn/network/network.js";
import { headAt } from "../../nn/network/head.js";
import type { Samples } from "../../nn/losses/risk.js";
import type { CurvatureChoice } from "./choice.js";

/** The network whose Hessian it is, with what it reads of the samples. */
export interface CurvatureProblem {
  readonly network: Network;
  readonly theta: Float64Array;
  readonly training: Samples;
  /** Of the points that are asked about. */
  readonly points: Samples;
}

/** The problem itself, or that of its head. */
export function problemOf(choice: CurvatureChoice, problem: CurvatureProblem): CurvatureProblem {
  const { cut } = choice;
  if (!cut) return problem;
  const { network, theta, training, points } = problem;
  const own = headAt(network, theta, training.x, cut);
  const { x } = headAt(network, theta, points.x, cut);
  return {
    network: own.network,
    theta: own.theta,
    training: { ...training, x: own.x },
    points: { ...points, x },
  };
}
