import { takes } from "../../core/arguments/takes.js";
import {
  fraction,
  listOf,
  nonNegative,
  optional,
  positive,
  record,
} from "../../core/arguments/kinds.js";
import {
  adamStep,
  adamUpdate,
  momentumUpdate,
  type AdamSettings,
} from "../../kernels/updateRules.js";
import { power } from "../../core/power.js";

/** What an optimiser carries from step to step; plain data, so that it can be checkpointed. */
export interface OptimiserState {
  step: number;
  readonly moments: readonly Float64Array[];
}

/** The rules that training in single precision knows too. */
export type UpdateRule =
  | { readonly kind: "momentum"; readonly momentum: number }
  | ({ readonly kind: "adam" } & AdamSettings);

/** An update rule without state of its own. */
export interface Optimiser {
  readonly name: string;
  readonly learningRate: number;
  /** `update` as plain data, where it is one of these. */
  readonly rule?: UpdateRule;
  start(parameters: number): OptimiserState;
  /** θ is changed in place; `scale` is the schedule's factor on the learning rate. */
  update(theta: Float64Array, gradient: Float64Array, state: OptimiserState, scale: number): void;
}

/**
 * Stochastic gradient descent, v ← momentum·v + g, θ ← θ − rate·v (PyTorch's convention).
 * @param options.learningRate  rate, > 0
 * @param options.momentum      default 0
 */
export function sgd(options: { learningRate: number; momentum?: number }): Optimiser {
  takes("sgd", {
    options: [options, record({ learningRate: positive, momentum: optional(fraction) })],
  });
  const { learningRate, momentum = 0 } = options;
  return {
    name: `sgd(rate ${learningRate}, momentum ${momentum})`,
    learningRate,
    rule: { kind: "momentum", momentum },
    start: (parameters) => ({ step: 0, moments: [new Float64Array(parameters)] }),
    update(theta, gradient, state, scale) {
      const [velocity] = state.moments;
      momentumUpdate(theta, gradient, velocity, learningRate * scale, momentum);
      state.step++;
    },
  };
}

/**
 * Adam (Kingma and Ba 2015) with bias-corrected moments.
 * @param options.learningRate  default 1e-3
 * @param options.beta1         decay of the mean of gradients (default 0.9)
 * @param options.beta2         decay of the mean of their squares (default 0.999)
 * @param options.epsilon       added to the root of the latter (default 1e-8)
 */
export function adam(
  options: { learningRate?: number; beta1?: number; beta2?: number; epsilon?: number } = {},
): Optimiser {
  takes("adam", {
    options: [
      options,
      record({
        learningRate: optional(positive),
        beta1: optional(fraction),
        beta2: optional(fraction),
        epsilon: optional(nonNegative),
      }),
    ],
  });
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const rule = { kind: "adam", beta1, beta2, epsilon } as const;
  return {
    name: `adam(rate ${learningRate})`,
    learningRate,
    rule,
    start: (parameters) => ({
      step: 0,
      moments: [new Float64Array(parameters), new Float64Array(parameters)],
    }),
    update(theta, gradient, state, scale) {
      const [first, second] = state.moments;
      state.step++;
      const step = adamStep(rule, learningRate * scale, state.step);
      adamUpdate(theta, gradient, first, second, step);
    },
  };
}

/** What `train` takes if none is named. */
export const defaultOptimiser: Optimiser = sgd({ learningRate: 0.1, momentum: 0.9 });

/** Factor on the learning rate at a fraction 0 … 1 of the training. */
export type Schedule = (progress: number) => number;

/** The learning rate as it is, from the first step to the last. */
export const constantSchedule: Schedule = () => 1;

/** ½ (1 + cos π·progress): from 1 down to 0. */
export const cosineSchedule: Schedule = (progress) => {
  if (!(typeof progress === "number" && progress >= 0 && progress <= 1))
    takes("cosineSchedule", { progress: [progress, fraction] });
  return 0.5 * (1 + Math.cos(Math.PI * progress));
};

/** `factor` after each of the given fractions of the training. */
export function stepSchedule(at: readonly number[], factor = 0.1): Schedule {
  takes("stepSchedule", { at: [at, listOf(fraction)], factor: [factor, nonNegative] });
  return (progress) => power(factor, at.filter((fraction) => progress >= fraction).length);
}

/** Scale a gradient down in place so that its norm is at most `limit`; returns its norm before. */
export function clipNorm(gradient: Float64Array, limit: number): number {
  let squares = 0;
  for (let p = 0; p < gradient.length; p++) squares += gradient[p] ** 2;
  const norm = Math.sqrt(squares);
  if (norm > limit) for (let p = 0; p < gradient.length; p++) gradient[p] *= limit / norm;
  return norm;
}
