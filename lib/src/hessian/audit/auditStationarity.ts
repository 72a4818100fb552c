import { mean } from "../../core/statistics/statistics.js";
import { norm, row } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";
import { riskAndGradient, type RiskOptions, type Samples } from "../../nn/losses/risk.js";
import type { StationarityAudit } from "./auditReport.js";
import { blocksOf, framedGradients, type FramedGradients } from "./framedGradients.js";
import { auditThresholds } from "./auditThresholds.js";
import { dividedByRoots, type DampingFrame } from "../solvers/dampingFrame.js";
import { upTo } from "./verdict.js";

/**
 * The mean length of the points' gradients, and how many removals make up one of it: n. With
 * weights that is the mean by their moduli, and n Σ w / Σ|w|, as the removal of a point changes ∇ℜ
 * by |w_r ∇L_r|/Σ w.
 */
function typicalPoint(
  lengths: Float64Array,
  { weights, totalWeight }: FramedGradients,
): { meanPointGradient: number; removals: number } {
  if (!weights) return { meanPointGradient: mean(lengths), removals: lengths.length };
  let [sum, moduli, counted] = [0, 0, 0];
  weights.forEach((weight, r) => {
    sum += Math.abs(weight) * lengths[r];
    moduli += Math.abs(weight);
    if (weight !== 0) counted++;
  });
  return { meanPointGradient: sum / moduli, removals: (counted * totalWeight!) / moduli };
}

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
  const gradients = framedGradients(frame, network, theta, training, { loss: options.loss });
  const lengths = new Float64Array(gradients.shape[0]);
  let at = 0;
  for (const block of blocksOf(gradients))
    for (let r = 0; r < block.shape[0]; r++) lengths[at++] = norm(row(block, r));
  const { meanPointGradient, removals: n } = typicalPoint(lengths, gradients);
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
