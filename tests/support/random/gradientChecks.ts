import { makeRng, row, type Tensor } from "phaselens/core";
import { makeEvaluator, perSampleGradients, risk, riskAndGradient } from "phaselens/nn";
import type { RandomProblem } from "../randomNetworks.js";
import { agree, dotOf } from "./agree.js";
import { direction } from "./directions.js";
import { along, distanceToKinks, naiveLosses, naiveRisk, naiveValues, rowOf } from "./naiveWalk.js";
import type { Check } from "./overRandomNetworks.js";
import { strengthsOf } from "./valueChecks.js";
import { inputGradients } from "phaselens/internal/nn/losses/risk";

/** cbrt(ε): balances truncation and rounding of a central difference. */
const STEP = Math.cbrt(Number.EPSILON);

/** Rounding of single precision, 6·10⁻⁸, times what layers make of it. */
const SINGLE = 1e-3;

const moved = (theta: Float64Array, v: Float64Array, step: number): Float64Array =>
  theta.map((one, p) => one + step * v[p]);

export const gradientChecks: Record<string, Check> = {
  "the gradient of the risk is its derivative, penalties included"(problem) {
    const { network, theta, samples, options } = problem;
    const { gradient } = riskAndGradient(network, theta, samples, options);
    const strengths = strengthsOf(problem, options.l1 ?? 0);
    for (const label of ["first", "second"]) {
      const v = direction(theta.length, label);
      const penalty = dotOf(
        strengths,
        v.map((one, p) => one * Math.sign(theta[p])),
      );
      const wanted = naiveRisk(problem, along(theta, v))[1] + penalty;
      agree("∇ℜ·v", [dotOf(gradient, v)], [wanted], 1e-11, 1);
    }
  },

  "single precision gives risk and gradient to rounding"(problem) {
    const { network, theta, samples, options } = problem;
    if (distanceToKinks(problem) < SINGLE) return false;
    const exact = riskAndGradient(network, theta, samples, options);
    const found = riskAndGradient(network, theta, samples, { ...options, precision: "float32" });
    agree("the risk", [found.risk], [exact.risk], SINGLE, 1);
    agree("∇ℜ", found.gradient, exact.gradient, SINGLE, 1);
  },

  "the gradient of the risk is its difference quotient"(problem) {
    const {
      network,
      theta,
      samples,
      options: { loss, l2 },
    } = problem;
    if (distanceToKinks(problem) < 1e3 * STEP) return false;
    const v = direction(theta.length, "difference");
    const at = (step: number): number =>
      risk(network, moved(theta, v, step), samples, { loss, l2 });
    const quotient = (at(STEP) - at(-STEP)) / (2 * STEP);
    agree(
      "∇ℜ·v",
      [dotOf(riskAndGradient(network, theta, samples, { loss, l2 }).gradient, v)],
      [quotient],
      1e-6,
      1,
    );
  },

  "gradients of single samples are theirs, and their mean is that of the risk"(problem) {
    const {
      network,
      theta,
      samples,
      options: { loss },
    } = problem;
    const rows = perSampleGradients(network, theta, samples, { loss });
    const v = direction(theta.length, "samples");
    const wanted = naiveLosses(problem, along(theta, v)).map(([, derivative]) => derivative);
    agree(
      "∇L_n·v",
      wanted.map((_, s) => dotOf(row(rows, s), v)),
      wanted,
      1e-11,
      1,
    );
    agree(
      "mean",
      meanRow(rows),
      riskAndGradient(network, theta, samples, { loss }).gradient,
      1e-12,
      1,
    );
  },

  "the gradient at the input is the derivative there"(problem) {
    const { network, theta, samples, loss } = problem;
    const n = samples.x.shape[0];
    const found = inputGradients(network, theta, samples, loss.loss);
    const u = direction(found.data.length / n, "input");
    const wanted = Array.from({ length: n }, (_, s) => lossAlong(problem, s, u));
    agree(
      "∂L/∂x·u",
      wanted.map((_, s) => dotOf(row(found, s), u)),
      wanted,
      1e-11,
      1,
    );
  },

  "with dropout on, the gradient is that of what was left"(problem) {
    const { network, theta, samples } = problem;
    if (
      !network.nodes.some(({ layer }) => layer.kind === "dropout") ||
      distanceToKinks(problem) < 1e3 * STEP
    )
      return false;
    const n = samples.x.shape[0];
    const evaluator = makeEvaluator(network, samples.x.shape.slice(1), n);
    const last = network.nodes.length;
    const count = samples.target.data.length;
    const c = direction(count, "outputs");
    const value = (at: Float64Array): number => {
      evaluator.forward(at, samples.x.data, n, makeRng(4, "dropout"));
      return dotOf(evaluator.values[last].subarray(0, count), c);
    };
    const v = direction(theta.length, "dropout");
    const quotient = (value(moved(theta, v, STEP)) - value(moved(theta, v, -STEP))) / (2 * STEP);
    value(theta);
    evaluator.gradients[last].set(c);
    evaluator.backward(theta, n);
    const gradient = new Float64Array(theta.length);
    evaluator.parameterGradient(n, gradient);
    agree("∂(c·y)/∂θ·v", [dotOf(gradient, v)], [quotient], 1e-6, 1);
  },
};

function meanRow(rows: Tensor): Float64Array {
  const [n, P] = rows.shape;
  const mean = new Float64Array(P);
  for (let s = 0; s < n; s++) row(rows, s).forEach((one, p) => (mean[p] += one / n));
  return mean;
}

function lossAlong(problem: RandomProblem, s: number, u: Float64Array): number {
  const {
    theta,
    samples: { x, target },
    loss,
  } = problem;
  const n = x.shape[0];
  const values = naiveValues(problem, along(theta), along(rowOf(x.data, n, s), u));
  return loss.naive(values[values.length - 1], Array.from(rowOf(target.data, n, s)))[1];
}
