import { ConfigError, NotConvergedError } from "../core/errors.js";
import { symmetricEigenvalues } from "../linalg/symmetricEigen.js";
import type { Network } from "../nn/network.js";
import { riskAndGradient, type RiskOptions, type Samples } from "../nn/risk.js";
import { factorDamped } from "./damping.js";
import { exactHessian } from "./exactHessian.js";
import { minimise } from "./minimise.js";

export interface PolishOptions extends Pick<RiskOptions, "loss" | "l2"> {
  /** Wanted |∇ℜ|, default 1e-8. */
  readonly tolerance?: number;
  /** Sweeps over the training set at most, default 500. */
  readonly maxEvaluations?: number;
  readonly onStep?: (evaluations: number, risk: number, gradientNorm: number) => void;
}

export interface Polished {
  readonly theta: Float64Array;
  readonly risk: number;
  /** |∇ℜ(θ)|. */
  readonly gradientNorm: number;
  readonly evaluations: number;
}

/** Evaluations with one preconditioner; then the Hessian is computed anew where the search has come to. */
const ROUND = 40;
/** Added to λ = −E₀ where the Hessian is not positive definite, in units of its largest eigenvalue. */
const SHIFT = 1e-5;

/**
 * Trains on to a stationary point of the risk: full-batch L-BFGS from θ, preconditioned by the exact Hessian. For networks whose Hessian
 * fits into memory, as the last step after `train`.
 *
 * The risk of a network with ReLU or maximum pooling has kinks, and its minimum usually lies on some, where no gradient vanishes. Smooth
 * activations and average pooling have none.
 *
 * @throws NotConvergedError with |∇ℜ| if the tolerance is not reached
 */
export function polish(network: Network, theta: Float64Array, samples: Samples, options: PolishOptions): Polished {
  const { loss, l2 = 0, tolerance = 1e-8, maxEvaluations = 500, onStep } = options;
  if (!(tolerance > 0)) throw new ConfigError(`polish: the tolerance must be positive, got ${tolerance}.`, { tolerance });
  const objective = (at: Float64Array): { value: number; gradient: Float64Array } => {
    const { risk, gradient } = riskAndGradient(network, at, samples, { loss, l2 });
    return { value: risk, gradient };
  };
  let [x, evaluations, stalled] = [theta, 0, 0];
  for (;;) {
    const hessian = exactHessian(network, x, samples, { loss, l2 });
    const values = symmetricEigenvalues(hessian);
    const highest = values[values.length - 1];
    const shift = values[0] > SHIFT * highest ? 0 : Math.max(0, -values[0]) + SHIFT * highest;
    const factor = factorDamped(hessian, shift, "polish");
    const found = minimise(objective, x, {
      tolerance, maxEvaluations: Math.min(ROUND, maxEvaluations - evaluations), preconditioner: (g) => factor.solve(g),
      onStep: onStep && ((count, risk, gradientNorm) => onStep(evaluations + count, risk, gradientNorm)),
    });
    x = found.x;
    evaluations += found.evaluations;
    stalled = found.ended === "stalled" ? stalled + 1 : 0;
    if (found.ended === "stationary") return { theta: x, risk: found.value, gradientNorm: found.gradientNorm, evaluations };
    // A new Hessian may help a stalled search once, not twice
    if (stalled === 2 || evaluations >= maxEvaluations) {
      const why = stalled === 2
        ? "the risk no longer falls, as on a kink of a ReLU or maximum pooling. Use smooth activations and average pooling, or a larger tolerance."
        : "Allow more evaluations, train longer before, or raise l2.";
      throw new NotConvergedError(
        `polish: |∇ℜ| = ${found.gradientNorm.toExponential(2)} after ${evaluations} evaluations, ${tolerance.toExponential(0)} asked for; ${why}`,
        { gradientNorm: found.gradientNorm, evaluations, theta: x });
    }
  }
}
