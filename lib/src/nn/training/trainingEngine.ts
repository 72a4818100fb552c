import type { Rng } from "../../core/random/rng.js";
import { size, type Shape } from "../../core/tensor.js";
import { makeGradientEvaluator } from "../network/gradientEvaluator.js";
import type { Precision } from "../layers/largestOf.js";
import type { Loss } from "../losses/loss.js";
import { parameterBlocks, type Network } from "../network/network.js";
import { clipNorm, type Optimiser, type OptimiserState } from "./optimiser.js";
import { addLosses, toRiskGradient } from "../losses/riskTerms.js";
import { weigh } from "../losses/weighed.js";

/** What decides a step beside the batch. */
export interface EngineOptions {
  readonly loss: Loss;
  readonly l2: number;
  /** Coefficient of |θ_p|: one for all, or one for each parameter. */
  readonly l1: number | Float64Array;
  readonly clip: number;
  readonly biases: "free" | "non-positive";
  readonly optimiser: Optimiser;
  readonly batchSize: number;
  /** Whether losses have weights. */
  readonly weighted: boolean;
}

/** Makes the steps of `train` in one precision. It owns θ while it works. */
export interface TrainingEngine {
  /** [batchSize, …input] and [batchSize, out], which the caller fills before each step. */
  readonly x: Float64Array | Float32Array;
  readonly target: Float64Array;
  /**
   * Factor of each loss, [batchSize], which the caller fills where samples have weights; 1 for all
   * until then. Absent in an engine that knows no weights.
   */
  readonly weights?: Float64Array;
  /**
   * One step on the first `count` samples; the sum of their losses, each times its weight, before
   * it. The gradient is that of this sum over `count`. `noise` turns dropout on.
   */
  step(count: number, scale: number, noise?: Rng): number;
  /** The sum of losses alone. */
  losses(count: number): number;
  theta(): Float64Array;
  optimiser(): OptimiserState;
  /** Gives back what lies outside of this library. */
  dispose?(): void;
}

/** Another library that makes the steps of `train`; handed in, because nothing here knows it. */
export interface TrainingBackend {
  readonly name: string;
  /** @throws ConfigError for networks and optimisers that it does not know */
  engine(
    network: Network,
    inputShape: Shape,
    start: { readonly theta: Float64Array; readonly optimiser: OptimiserState },
    options: EngineOptions,
  ): TrainingEngine;
}

/**
 * Biases above 0 become 0: App. E of Blücher et al. 2020 keeps them negative so that relevance has
 * a root point.
 */
export function projectBiases(network: Network, theta: Float64Array): void {
  for (const { role, offset, shape } of parameterBlocks(network)) {
    if (role === "bias") noneAboveZero(theta, offset, size(shape));
  }
}

/** Entries above 0 of `count` from `start` on become 0, in either precision. */
export function noneAboveZero(
  values: Float64Array | Float32Array,
  start: number,
  count: number,
): void {
  for (let p = start; p < start + count; p++) if (values[p] > 0) values[p] = 0;
}

/**
 * Through `makeGradientEvaluator`: every network, every layer; what the fast path is checked
 * against. θ, moments and the loss are double, values and gradients of the given precision.
 */
export function gradientEngine(
  network: Network,
  inputShape: Shape,
  start: { readonly theta: Float64Array; readonly optimiser: OptimiserState },
  options: EngineOptions,
  precision: Precision = "float64",
): TrainingEngine {
  const { loss, l2, l1, clip, biases, optimiser, batchSize } = options;
  const evaluator = makeGradientEvaluator(network, inputShape, batchSize, "auto", precision);
  const [width, out] = [size(inputShape), size(evaluator.outputShape)];
  const theta = start.theta.slice();
  const state: OptimiserState = {
    step: start.optimiser.step,
    moments: start.optimiser.moments.map((m) => m.slice()),
  };
  const [x, target] = [new Float64Array(batchSize * width), new Float64Array(batchSize * out)];
  const [gradient, values] = [new Float64Array(theta.length), new Float64Array(batchSize)];
  const weights = options.weighted ? new Float64Array(batchSize).fill(1) : undefined;
  const losses = (count: number, noise?: Rng): number => {
    evaluator.forward(theta, x.subarray(0, count * width), count, noise);
    return addLosses(0, loss, evaluator.output, target, count, out, values, weights);
  };
  return {
    x,
    target,
    ...(weights && { weights }),
    losses: (count) => losses(count),
    step(count, scale, noise) {
      const sum = losses(count, noise);
      loss.gradient(evaluator.output, target, count, out, evaluator.outputGradient);
      weigh(evaluator.outputGradient, weights, count, out);
      evaluator.backward(theta, count);
      gradient.fill(0);
      evaluator.parameterGradient(count, gradient);
      toRiskGradient(gradient, count, theta, l2, l1);
      clipNorm(gradient, clip);
      optimiser.update(theta, gradient, state, scale);
      if (biases === "non-positive") projectBiases(network, theta);
      return sum;
    },
    theta: () => theta.slice(),
    optimiser: () => ({ step: state.step, moments: state.moments.map((m) => m.slice()) }),
  };
}
