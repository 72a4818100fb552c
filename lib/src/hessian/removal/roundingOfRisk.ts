import { makeRng } from "../../core/random/rng.js";
import { norm } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";
import {
  riskAndGradient,
  type RiskAndGradient,
  type RiskOptions,
  type Samples,
} from "../../nn/losses/risk.js";
import { dividedByRoots, type DampingFrame } from "../solvers/dampingFrame.js";
import type { Rounding } from "./minimise.js";

/** Above the one difference that is looked at. */
const MARGIN = 4;

/**
 * What risk and gradient change by when every parameter goes to the next double up or down: no
 * search comes closer to a minimum than that. A confident classifier has a small risk of large
 * logits, so its rounding is no fixed part of the risk.
 *
 * @param here  the risk at θ with its gradient
 */
export function roundingOfRisk(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: RiskOptions,
  frame: DampingFrame,
  here: RiskAndGradient,
): Rounding {
  const signs = makeRng(1, "rounding");
  const beside = theta.map((v) => v * (1 + (signs.uniform() < 0.5 ? -1 : 1) * Number.EPSILON));
  const there = riskAndGradient(network, beside, samples, options);
  const change = there.gradient.map((v, p) => v - here.gradient[p]);
  return {
    value: MARGIN * Math.abs(there.risk - here.risk),
    gradient: MARGIN * norm(dividedByRoots(frame, change)),
  };
}
