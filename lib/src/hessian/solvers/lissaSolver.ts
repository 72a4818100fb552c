import {
  count,
  having,
  nonNegative,
  optional,
  positive,
  real,
  record,
  stream,
} from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, NotConvergedError } from "../../core/errors.js";
import type { Rng } from "../../core/random/rng.js";
import { axpy, checkFinite, norm } from "../../core/tensor.js";
import { damped, type SymmetricOperator } from "../../linalg/operator.js";
import { extremeEigenvalues } from "../spectrum/extremeEigenvalues.js";
import type { SampledOperator } from "../exact/sampledHessian.js";
import { checkDamping } from "./damping.js";
import { oneByOne, type HessianSolver, type Solution } from "./solver.js";

/** Options of `lissaSolver`. */
export interface LissaOptions {
  /** λ. */
  readonly damping: number;
  /**
   * σ: the recursion contracts if every batch's largest eigenvalue plus λ is below 2σ; take σ above
   * it.
   */
  readonly scale: number;
  /** Recursion depth J: terms of the Neumann series, one batch product each. */
  readonly depth: number;
  /** Independent recursions that are averaged (default 1). */
  readonly repetitions?: number;
  /** Largest ‖b − (H + λ1)x‖ / ‖b‖ that is accepted, with the whole H (default 0.1). */
  readonly tolerance?: number;
  /** Where the batches come from; each right-hand side meets the same ones. */
  readonly rng: Rng;
}

/**
 * (H + λ1)⁻¹ b by the stochastic Neumann series LiSSA.
 *
 *   h_0 = b, h_j = b + (1 − (H_j + λ1)/σ) h_{j−1}, x = h_J / σ Agarwal et al. 2017; Koh and Liang
 *   2017, Sec. 3
 *
 * H_j is the Hessian of a fresh batch. The series leaves a share (1 − (λ_i + λ)/σ)^(J+1) of each
 * eigendirection undone, so J has to be several σ/λ; the batches add noise that grows with their
 * spread and falls with repetitions and batch size.
 *
 * Use it where even one product with the whole H is dear; otherwise conjugate gradients, which need
 * about √J products. The true residual is measured at the end (one whole product) and decides.
 * @throws NotConvergedError if the recursion grows or the residual stays above the tolerance;
 *   `details` has
 *         relativeResidual, iterations, and scale, depth and damping to try
 */
export function lissaSolver(hessian: SampledOperator, options: LissaOptions): HessianSolver {
  const caller = "lissaSolver";
  takes(caller, {
    hessian: [hessian, having("operators { whole, draw }", "whole", "draw")],
    options: [
      options,
      record({
        damping: nonNegative,
        scale: real,
        depth: count(1),
        repetitions: optional(count(1)),
        tolerance: optional(positive),
        rng: stream,
      }),
    ],
  });
  const { damping, scale, depth, repetitions = 1, tolerance = 0.1, rng } = options;
  checkDamping(damping, caller);
  if (!(scale > 0 && scale < Infinity))
    throw new ConfigError(
      `${caller}: scale must be > 0, got ${scale}. Take the largest eigenvalue plus damping.`,
    );
  for (const [what, value] of [
    ["depth", depth],
    ["repetitions", repetitions],
  ] as const) {
    if (!Number.isInteger(value) || value < 1)
      throw new ConfigError(`${caller}: ${what} must be a whole number ≥ 1, got ${value}.`);
  }
  const { dimension } = hessian.whole;
  const whole = damped(hessian.whole, { damping });

  const solve = (b: Float64Array): Solution => {
    checkFinite(b, `${caller}, right-hand side`);
    const length = norm(b);
    if (length === 0) return { x: new Float64Array(dimension), iterations: 0, relativeResidual: 0 };
    const x = new Float64Array(dimension);
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const stream = rng.fork(`repetition ${repetition}`);
      const h = b.slice();
      for (let j = 1; j <= depth; j++) {
        const batch = hessian.draw(stream);
        const image = damped(batch, { damping }).apply(h);
        for (let p = 0; p < dimension; p++) h[p] += b[p] - image[p] / scale;
        // factors that lengthen no vector give ‖h_j‖ ≤ (j + 1)‖b‖; a longer one proves that one of
        // them does
        if (!(norm(h) <= (j + 1) * length * (1 + 1e-6)))
          throw diverged(batch, h, b, repetition * depth + j);
      }
      axpy(1 / (scale * repetitions), h, x);
    }
    const iterations = repetitions * depth;
    const relativeResidual = residualOf(x, b);
    if (!(relativeResidual <= tolerance)) throw unfinished(relativeResidual, iterations);
    return { x, iterations, relativeResidual };
  };

  const residualOf = (x: Float64Array, b: Float64Array): number => {
    const residual = b.slice();
    axpy(-1, whole.apply(x), residual);
    return norm(residual) / norm(b);
  };
  const settings = `scale ${scale}, damping ${damping}, depth ${depth} and ${repetitions} repetition${repetitions > 1 ? "s" : ""}`;
  /** What contracts: σ above the largest eigenvalue, λ above the negative ones. */
  const advice = (batch: SymmetricOperator): { lowest: number; scale: number; damping: number } => {
    const [[lowest, highest], [lowestOfBatch, highestOfBatch]] = [
      extremeEigenvalues(hessian.whole),
      extremeEigenvalues(batch),
    ];
    const least = Math.min(lowest, lowestOfBatch);
    const enough = least + damping > 0 ? damping : 1.1 * -least;
    return { lowest, scale: 1.1 * (Math.max(highest, highestOfBatch) + enough), damping: enough };
  };
  const diverged = (
    batch: SymmetricOperator,
    h: Float64Array,
    b: Float64Array,
    iterations: number,
  ): NotConvergedError => {
    const relativeResidual = residualOf(
      h.map((value) => value / scale),
      b,
    );
    const { scale: wider, damping: enough } = advice(batch);
    return new NotConvergedError(
      `${caller}: the recursion diverges after ${iterations} iterations, relative residual ${relativeResidual.toExponential(2)}, with ${settings}. ` +
        `Try scale ${Math.max(scale, wider).toPrecision(3)} and a damping of ${enough.toPrecision(3)}, or larger batches.`,
      { relativeResidual, iterations, scale: Math.max(scale, wider), damping: enough },
    );
  };
  const unfinished = (relativeResidual: number, iterations: number): NotConvergedError => {
    const { lowest } = advice(hessian.whole);
    // (1 − (λ_min + λ)/σ)^J ≤ tolerance, solved for J and for λ
    const slowest = Math.max(lowest + damping, Number.MIN_VALUE);
    const enoughDepth = Math.ceil((scale / slowest) * Math.log(1 / tolerance));
    const enoughDamping = Math.max(damping, (scale / depth) * Math.log(1 / tolerance) - lowest);
    const cure =
      enoughDepth > depth
        ? `Try depth ${enoughDepth} or a damping of ${enoughDamping.toPrecision(3)}`
        : `The depth is enough, the noise of the batches is not averaged out: more repetitions, larger batches, or a damping of ${(2 * damping).toPrecision(3)}`;
    return new NotConvergedError(
      `${caller}: relative residual ${relativeResidual.toExponential(2)} after ${iterations} iterations with ${settings}, ${tolerance} asked for. ${cure}.`,
      {
        relativeResidual,
        iterations,
        depth: enoughDepth,
        damping: enoughDepth > depth ? enoughDamping : 2 * damping,
      },
    );
  };
  return {
    method: "LiSSA",
    dimension,
    damping,
    solve,
    solveMany: oneByOne(dimension, solve, caller),
  };
}
