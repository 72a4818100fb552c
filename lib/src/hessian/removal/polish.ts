import { takes } from "../../core/arguments/takes.js";
import { riskOptions } from "../../nn/arguments.js";
import { searchOptions } from "../arguments.js";
import { ConfigError, NotConvergedError } from "../../core/errors.js";
import { norm, row } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";
import { checkStrength, l1Strengths } from "../../nn/losses/penalties.js";
import { riskAndGradient, type RiskOptions, type Samples } from "../../nn/losses/risk.js";
import { factorDamped } from "../solvers/damping.js";
import { dividedByRoots, frameOf, timesRoots, type DampingFrame } from "../solvers/dampingFrame.js";
import { exactHessian } from "../exact/exactHessian.js";
import { gradientStream } from "../influence/gradientStream.js";
import { hasKinks } from "../exact/hasKinks.js";
import { minimise, type Objective } from "./minimise.js";
import { inspected } from "../solvers/relativeDamping.js";

/** Options of `polish`. */
export interface PolishOptions extends Pick<RiskOptions, "loss" | "l2"> {
  /**
   * Wanted |∇ℜ| in units of the mean gradient of one point, both by the scale of the Hessian
   * (`parameterScale`); default 1e-8.
   */
  readonly tolerance?: number;
  /** Sweeps over the training set at most, default 500. */
  readonly maxEvaluations?: number;
  /** Told the risk and |∇ℜ| in the units of the tolerance (default nobody is told). */
  readonly onStep?: (evaluations: number, risk: number, relative: number) => void;
}

/** The minimum that `polish` came to. */
export interface Polished {
  readonly theta: Float64Array;
  readonly risk: number;
  /** |∇ℜ(θ)|, as θ is given. */
  readonly gradientNorm: number;
  /** The same in units of the mean gradient of one point, which the tolerance is held against. */
  readonly relative: number;
  readonly evaluations: number;
}

/**
 * Evaluations with one preconditioner; then the Hessian is computed anew where the search has come
 * to.
 */
const ROUND = 40;
/**
 * Added to λ = −E₀ where the scaled Hessian is not positive definite, in units of its largest
 * eigenvalue.
 */
const SHIFT = 1e-5;

/**
 * Trains on to a stationary point of the risk: full-batch L-BFGS from θ, preconditioned by the
 * exact Hessian. For networks whose Hessian fits into memory, as the last step after `train`. The
 * way and where it ends do not depend on the units of targets, inputs and loss.
 *
 * The risk of a network with ReLU or maximum pooling has kinks, and its minimum usually lies on
 * some, where no gradient vanishes. Smooth activations and average pooling have none.
 *
 * @throws NotConvergedError with |∇ℜ| if the tolerance is not reached, ConfigError for a penalty
 *   l1, which has a kink at every weight that is 0
 * @example
 * ```ts
 * import { core, hessian, nn } from "phaselens";
 * const line = nn.sequential([nn.dense(1, 1)]);
 * const samples = { x: core.tensor([3, 1], [-1, 0, 2]), target: core.tensor([3, 1], [-2, 1, 4]) };
 * const risk = { loss: nn.meanSquaredError };
 * const { theta } = hessian.polish(line, Float64Array.of(1, 0), samples, risk);
 * console.log(theta[0].toFixed(3), theta[1].toFixed(3)); // → 1.929 0.357
 * ```
 */
export function polish(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: PolishOptions,
): Polished {
  takes("polish", { options: [options, riskOptions] });
  takes("polish", { options: [options, searchOptions] });
  const { loss, l2 = 0, tolerance = 1e-8, maxEvaluations = 500, onStep } = options;
  checkStrength(l2, "polish: l2");
  if (!(tolerance > 0))
    throw new ConfigError(`polish: the tolerance must be positive, got ${tolerance}.`, {
      tolerance,
    });
  refuseL1(network, options);
  let [x, evaluations, stalled] = [theta, 0, 0];
  for (;;) {
    const { damping, curvature, values } = inspected(
      network,
      exactHessian(network, x, samples, { loss, l2 }),
    );
    const frame = frameOf(damping);
    const objective = inFrameOf(frame, (at) => {
      const { risk, gradient } = riskAndGradient(network, at, samples, { loss, l2 });
      return { value: risk, gradient };
    });
    const highest = values[values.length - 1];
    const shift = values[0] > SHIFT * highest ? 0 : Math.max(0, -values[0]) + SHIFT * highest;
    const factor = factorDamped(curvature, shift, "polish");
    const reference = meanPointGradient(network, x, samples, { loss, l2 }, frame);
    const found = minimise(objective, timesRoots(frame, x), {
      tolerance,
      reference,
      maxEvaluations: Math.min(ROUND, maxEvaluations - evaluations),
      preconditioner: (g) => factor.solve(g),
      onStep:
        onStep &&
        ((count, risk, gradientNorm) =>
          onStep(evaluations + count, risk, gradientNorm / reference)),
    });
    x = dividedByRoots(frame, found.x);
    evaluations += found.evaluations;
    stalled = found.ended === "stalled" ? stalled + 1 : 0;
    const gradientNorm = norm(timesRoots(frame, found.gradient));
    const relative = gradientNorm === 0 ? 0 : found.gradientNorm / reference;
    if (found.ended === "stationary")
      return { theta: x, risk: found.value, gradientNorm, relative, evaluations };
    // A new Hessian may help a stalled search once, not twice
    if (stalled === 2 || evaluations >= maxEvaluations) {
      const why =
        stalled === 2
          ? hasKinks(network)
            ? "the risk no longer falls, as on a kink of a ReLU or maximum pooling. Use smooth activations and average pooling, or a larger tolerance."
            : "the risk no longer falls, as at the limit of rounding. Use a larger tolerance."
          : "Allow more evaluations, train longer before, or raise l2.";
      throw new NotConvergedError(
        `polish: |∇ℜ| = ${relative.toExponential(2)} of a point's mean gradient after ${evaluations} evaluations, ` +
          `${tolerance.toExponential(0)} asked for; ${why}`,
        { gradientNorm, relative, evaluations, theta: x },
      );
    }
  }
}

/**
 * l1 is no option here, but risks are handed on whole: without it another risk would be minimised
 * than the one that was trained.
 */
function refuseL1(network: Network, { l1 }: PolishOptions & Pick<RiskOptions, "l1">): void {
  const strengths = l1Strengths(network, l1);
  const largest =
    typeof strengths === "number" ? strengths : strengths.reduce((a, b) => Math.max(a, b), 0);
  if (largest === 0) return;
  const fact = `l1 is ${largest}, and its risk has a kink at every weight that is 0, where no gradient vanishes`;
  throw new ConfigError(`polish: ${fact}. Leave l1 out and use l2 in its place.`, { l1: largest });
}

/** f as a function of φ = √m θ. */
function inFrameOf(frame: DampingFrame, f: Objective): Objective {
  return (scaled) => {
    const { value, gradient } = f(dividedByRoots(frame, scaled));
    return { value, gradient: dividedByRoots(frame, gradient) };
  };
}

/**
 * Mean length of the points' gradients in the frame, by the moduli of their weights, the penalty
 * included: what ∇ℜ is a mean of, and the unit of its rounding.
 */
function meanPointGradient(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  risk: RiskOptions,
  frame: DampingFrame,
): number {
  const stream = gradientStream(network, theta, samples, { ...risk, convention: "dawid2021" });
  const { weights } = stream;
  let [sum, all, at] = [0, 0, 0];
  for (const block of stream.blocks()) {
    for (let r = 0; r < block.shape[0]; r++, at++) {
      const weight = weights ? Math.abs(weights[at]) : 1;
      sum += weight * norm(dividedByRoots(frame, row(block, r)));
      all += weight;
    }
  }
  return sum / all;
}
