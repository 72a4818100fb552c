import { mean } from "../../core/statistics/statistics.js";
import { norm, row } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";
import {
  perSampleGradients,
  riskAndGradient,
  type RiskOptions,
  type Samples,
} from "../../nn/losses/risk.js";
import type { StationarityAudit } from "./auditReport.js";
import { auditThresholds } from "./auditThresholds.js";
import { dividedByRoots, type DampingFrame } from "../solvers/dampingFrame.js";
import { upTo } from "./verdict.js";

/**
 * How far θ̃ is from a stationary point of the risk, absolutely, relative to the gradients of
 * single points, and in units of what the removal of one point changes (`auditThresholds.drift`);
 * all in the frame of the damping.
 */
export function auditStationarity(
  network: Network,
  theta: Float64Array,
  training: Samples,
  options: RiskOptions,
  frame: DampingFrame,
): StationarityAudit {
  const gradientNorm = norm(
    dividedByRoots(frame, riskAndGradient(network, theta, training, options).gradient),
  );
  const gradients = perSampleGradients(network, theta, training, { loss: options.loss });
  const n = gradients.shape[0];
  const meanPointGradient = mean(
    Float64Array.from({ length: n }, (_, r) => norm(dividedByRoots(frame, row(gradients, r)))),
  );
  // Without any point's gradient only a vanishing ∇ℜ counts as stationary
  const relative = gradientNorm === 0 ? 0 : gradientNorm / meanPointGradient;
  return {
    verdict: upTo(n * relative, auditThresholds.drift),
    gradientNorm,
    meanPointGradient,
    relative,
    drift: n * relative,
  };
}
