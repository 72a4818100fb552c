import { size, type Shape } from "../../core/tensor.js";
import type { Kernels } from "../../kernels/kernels.js";
import { adamStep } from "../../kernels/updateRules.js";
import type { Network } from "../network/network.js";
import type { OptimiserState, UpdateRule } from "../training/optimiser.js";
import { addLosses } from "../losses/riskTerms.js";
import { weigh } from "../losses/weighed.js";
import {
  noneAboveZero,
  type EngineOptions,
  type TrainingEngine,
} from "../training/trainingEngine.js";
import { inFittingArena } from "./memory.js";
import { blockPenalties, parameterPlaces } from "./parameters.js";
import { singlePlan } from "./plan.js";
import type { UseGradient } from "./stage.js";

/**
 * The steps of `train` in single precision: parameters, moments and activations are float32 in one
 * arena, the loss and its gradient at the output double. Each piece of a parameter gradient is
 * handed to the optimiser while it is in the cache; a limit on the gradient's norm has to see all
 * of it first, so then it is computed twice. The same bits from the same seed on the same kind of
 * engine.
 *
 * @param backend  "typescript" for the twins of the kernels
 * @returns        undefined for networks, optimisers and penalties that it does not know; for them
 *   there is `gradientEngine`
 */
export function singleEngine(
  network: Network,
  inputShape: Shape,
  start: { readonly theta: Float64Array; readonly optimiser: OptimiserState },
  { loss, l2, l1, clip, biases, optimiser, batchSize, weighted }: EngineOptions,
  backend: "auto" | "typescript" = "auto",
): TrainingEngine | undefined {
  const { rule } = optimiser;
  const penalties = blockPenalties(network, l1, l2);
  if (!rule || !penalties) return undefined;
  const { plan, memory } = inFittingArena(start.optimiser.moments.length, backend, (one) =>
    singlePlan(one, network, inputShape, batchSize),
  );
  if (!plan) return undefined;
  const { arena, theta } = memory;
  const { f32 } = arena;
  const place = parameterPlaces(network, plan);
  const load = (from: Float64Array, at: number): void => {
    for (let p = 0; p < from.length; p++) f32[at + place[p]] = from[p];
  };
  const read = (at: number): Float64Array => {
    const values = new Float64Array(place.length);
    for (let p = 0; p < values.length; p++) values[p] = f32[at + place[p]];
    return values;
  };
  load(start.theta, theta);
  if (start.optimiser.step > 0)
    start.optimiser.moments.forEach((moment, k) => load(moment, memory.moments[k]));
  let { step } = start.optimiser;

  const { input, output, stages } = plan;
  const [out, pitch] = [size(output.shape), output.layout.pitch];
  const x = f32.subarray(input.at, input.at + batchSize * input.layout.pitch);
  const [z, g] = [new Float64Array(batchSize * out), new Float64Array(batchSize * out)];
  const [target, values] = [new Float64Array(batchSize * out), new Float64Array(batchSize)];

  const weights = weighted ? new Float64Array(batchSize).fill(1) : undefined;

  const losses = (count: number): number => {
    for (const stage of stages) stage.forward(count);
    for (let s = 0; s < count; s++)
      for (let j = 0; j < out; j++) z[s * out + j] = f32[output.at + s * pitch + j];
    return addLosses(0, loss, z, target, count, out, values, weights);
  };

  let scale = 1; // of the gradient, when it is clipped
  let squares = 0;
  let update = stepOf(rule, optimiser.learningRate, 1, 1, memory.moments);
  let node = 0;
  const penalise: UseGradient = (block, from, count, at) => {
    const { l1: one, l2: two } = penalties.get(`${node} ${block}`)!;
    if (one !== 0 || two !== 0) arena.singlePenalty(count, theta + from, at, one, two);
  };
  const measure: UseGradient = (block, from, count, at) => {
    penalise(block, from, count, at);
    for (let p = at; p < at + count; p++) squares += f32[p] * f32[p];
  };
  const apply: UseGradient = (block, from, count, at) => {
    penalise(block, from, count, at);
    if (scale !== 1) for (let p = at; p < at + count; p++) f32[p] *= scale;
    update(arena, count, theta, from, at);
    if (biases === "non-positive" && block === "bias") noneAboveZero(f32, theta + from, count);
  };

  return {
    x,
    target,
    ...(weights && { weights }),
    losses,
    step(count, rate) {
      const sum = losses(count);
      loss.gradient(z, target, count, out, g);
      weigh(g, weights, count, out);
      for (let s = 0; s < count; s++)
        for (let j = 0; j < out; j++)
          f32[output.gradient! + s * pitch + j] = g[s * out + j] / count;
      step++;
      update = stepOf(rule, optimiser.learningRate, rate, step, memory.moments);
      scale = 1;
      for (let k = stages.length - 1; k >= 0; k--) {
        stages[k].backward(count);
        node = stages[k].node;
        if (clip === Infinity) stages[k].parameters?.gradients(count, apply);
      }
      if (clip === Infinity) return sum;
      squares = 0;
      for (const use of [measure, apply]) {
        for (const stage of stages) {
          node = stage.node;
          stage.parameters?.gradients(count, use);
        }
        if (use === measure && Math.sqrt(squares) > clip) scale = clip / Math.sqrt(squares);
      }
      return sum;
    },
    theta: () => read(theta),
    optimiser: () => ({ step, moments: memory.moments.map(read) }),
  };
}

type Step = (kernels: Kernels, count: number, theta: number, from: number, g: number) => void;

/** `Optimiser.update` of the rule at its k-th step, for a piece of the parameters. */
function stepOf(
  rule: UpdateRule,
  learningRate: number,
  scale: number,
  k: number,
  [first, second]: readonly number[],
): Step {
  if (rule.kind === "momentum") {
    return (arena, count, theta, from, g) =>
      arena.singleMomentum(
        count,
        theta + from,
        g,
        first + from,
        learningRate * scale,
        rule.momentum,
      );
  }
  const { rate, beta1, beta2, correction, epsilon } = adamStep(rule, learningRate * scale, k);
  return (arena, count, theta, from, g) =>
    arena.singleAdam(
      count,
      theta + from,
      g,
      first + from,
      second + from,
      rate,
      beta1,
      beta2,
      correction,
      epsilon,
    );
}
