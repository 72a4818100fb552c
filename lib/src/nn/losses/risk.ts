import { takes } from "../../core/arguments/takes.js";
import { numbers, optional, record } from "../../core/arguments/kinds.js";
import { checkComputed, checkInputs, precisionOptions, riskOptions } from "../arguments.js";
import { checkFinite, checkTensor, row, size, tensor, type Tensor } from "../../core/tensor.js";
import { ShapeError } from "../../core/errors.js";
import type { Evaluator } from "../network/evaluator.js";
import type { GradientEvaluator } from "../network/gradientEvaluator.js";
import { conventionOf, type GradientOptions } from "../network/gradientConvention.js";
import { CHUNK, eachChunk, eachGradientChunk } from "./chunks.js";
import { checkTargets, type Loss } from "./loss.js";
import { checkParameters, shapes, type Network } from "../network/network.js";
import { checkStrength, addPenaltyGradient, l1Strengths } from "./penalties.js";
import type { Precision } from "../layers/largestOf.js";
import type { PrecisionOptions, RiskOptions, Samples } from "./riskOptions.js";
import { addLosses, riskOf, toRiskGradient } from "./riskTerms.js";
import { weigh, weighed, weightsOf } from "./weighed.js";
import { checkWeights } from "../../core/weights.js";

export { eachChunk, eachProductChunk } from "./chunks.js";
export type { PrecisionOptions, RiskOptions, Samples } from "./riskOptions.js";

/**
 * What every public edge asks of samples.
 * @param loss  targets must be such as it takes
 * @throws ShapeError | NumericalError if θ, inputs or targets do not fit the network, ConfigError
 *         if targets do not fit the loss
 */
export function checkSamples(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  what: string,
  loss: Loss,
): void {
  checkParameters(network, theta, "theta", what);
  takes(what, {
    samples: [samples, record({ weights: optional(numbers()) }, "{ x, target }")],
  });
  checkTensor(samples.x, `${what}: inputs`);
  checkTensor(samples.target, `${what}: targets`);
  checkFinite(theta, `${what}: theta`);
  checkFinite(samples.x.data, `${what}: inputs`);
  checkFinite(samples.target.data, `${what}: targets`);
  if (samples.x.shape[0] !== samples.target.shape[0]) {
    throw new ShapeError(
      `${what}: ${samples.x.shape[0]} inputs but ${samples.target.shape[0]} targets. Each sample needs one target row.`,
    );
  }
  if (samples.x.shape[0] === 0)
    throw new ShapeError(`${what}: there are no samples. Pass at least one.`);
  if (samples.weights !== undefined) checkWeights(samples.weights, samples.x.shape[0], what);
  const shape = shapes(network, samples.x.shape.slice(1));
  const out = shape[shape.length - 1];
  if (samples.target.shape.length !== 2 || out.length !== 1 || samples.target.shape[1] !== out[0]) {
    throw new ShapeError(
      `${what}: targets must have shape [n, ${out}] as the network's output, got [${samples.target.shape}].`,
      { got: samples.target.shape },
    );
  }
  checkTargets(loss, samples.target, what);
}

/**
 * The network's outputs z (logits, for a classifier): [n, out].
 *
 * @param options.precision  "float32" computes in single precision, as PyTorch does by default,
 *   several times faster for sets, graphs and attention (default "float64")
 * @throws ShapeError, NumericalError if θ or inputs do not fit the network, are NaN or ±∞, or
 *   outputs are NaN
 * @example
 * ```ts
 * import { core, nn } from "phaselens";
 * const line = nn.sequential([nn.dense(1, 1)]);
 * const y = nn.predict(line, Float64Array.of(2, 1), core.tensor([3, 1], [0, 1, 2])); // 2x + 1
 * console.log(Array.from(y.data)); // → [ 1, 3, 5 ]
 * ```
 */
export function predict(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  options?: PrecisionOptions,
): Tensor {
  checkInputs(network, theta, x, "predict");
  if (options !== undefined) takes("predict", { options: [options, precisionOptions] });
  const outputs = outputsOf(network, theta, x, options?.precision);
  checkComputed(outputs, theta, "predict");
  return outputs;
}

/** What `predict` gives, of θ and inputs that are looked at elsewhere. */
export function outputsOf(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  precision?: Precision,
): Tensor {
  let outputs: Tensor | undefined;
  eachGradientChunk(network, theta, x, precision, ({ outputShape, output }, from, count) => {
    outputs ??= tensor([x.shape[0], ...outputShape]);
    outputs.data.set(output.subarray(0, count * size(outputShape)), from * size(outputShape));
  });
  return outputs ?? tensor([0]);
}

/**
 * Every value of the network for the given inputs, input first: [n, …] each.
 * @throws ShapeError, NumericalError as `predict`
 */
export function activations(network: Network, theta: Float64Array, x: Tensor): Tensor[] {
  checkInputs(network, theta, x, "activations");
  const values = valuesOf(network, theta, x);
  checkComputed(values[values.length - 1], theta, "activations");
  return values;
}

/** What `activations` gives, of θ and inputs that are looked at elsewhere. */
export function valuesOf(network: Network, theta: Float64Array, x: Tensor): Tensor[] {
  const n = x.shape[0];
  let all: Tensor[] = [];
  eachChunk(network, theta, x, (evaluator, from, count) => {
    if (all.length === 0) all = evaluator.shapes.map((shape) => tensor([n, ...shape]));
    all.forEach((value, v) => {
      const width = value.data.length / n;
      value.data.set(evaluator.values[v].subarray(0, count * width), from * width);
    });
  });
  return all;
}

/**
 * Seed the output's gradient with ∂L/∂z, times the samples' factors where there are any, and
 * propagate it back.
 */
export function backwardFromLoss(
  evaluator: Evaluator | GradientEvaluator,
  theta: Float64Array,
  loss: Loss,
  target: Tensor,
  from: number,
  count: number,
  factors?: Float64Array,
  toInput = false,
): Float64Array {
  const last = "values" in evaluator ? evaluator.values.length - 1 : 0;
  const [output, gradient] =
    "values" in evaluator
      ? [evaluator.values[last], evaluator.gradients[last]]
      : [evaluator.output, evaluator.outputGradient];
  const out = target.shape[1];
  const wanted = target.data.subarray(from * out, (from + count) * out);
  loss.gradient(output, wanted, count, out, gradient);
  weigh(gradient, factors, count, out);
  evaluator.backward(theta, count, toInput);
  return wanted;
}

/** The risk ℜ and its gradient. */
export interface RiskAndGradient {
  readonly risk: number;
  /** ∇ℜ, [P]. */
  readonly gradient: Float64Array;
}

/** ℜ(θ) alone. */
export function risk(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: RiskOptions & PrecisionOptions,
): number {
  takes("risk", { options: [options, riskOptions] });
  takes("risk", { options: [options, precisionOptions] });
  const { loss, l2 = 0, l1 = 0, precision } = options;
  checkSamples(network, theta, samples, "risk", loss);
  checkStrength(l2, "risk: l2");
  const { x, target, factors, divisor } = weighed(samples);
  const out = target.shape[1];
  const values = new Float64Array(CHUNK);
  let sum = 0;
  eachGradientChunk(network, theta, x, precision, ({ output }, from, count) => {
    const wanted = target.data.subarray(from * out, (from + count) * out);
    const own = factors?.subarray(from, from + count);
    sum = addLosses(sum, loss, output, wanted, count, out, values, own);
  });
  return riskOf(sum, divisor, theta, l2, l1Strengths(network, l1));
}

/** ℜ(θ) and ∇ℜ(θ) in one sweep. */
export function riskAndGradient(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: RiskOptions & PrecisionOptions,
): RiskAndGradient {
  takes("riskAndGradient", { options: [options, riskOptions] });
  takes("riskAndGradient", { options: [options, precisionOptions] });
  const { loss, l2 = 0, l1 = 0, precision } = options;
  checkSamples(network, theta, samples, "riskAndGradient", loss);
  checkStrength(l2, "riskAndGradient: l2");
  const { x, target, factors, divisor } = weighed(samples);
  const out = target.shape[1];
  const gradient = new Float64Array(network.parameterCount);
  const values = new Float64Array(CHUNK);
  let sum = 0;
  eachGradientChunk(network, theta, x, precision, (evaluator, from, count) => {
    const own = factors?.subarray(from, from + count);
    const wanted = backwardFromLoss(evaluator, theta, loss, target, from, count, own);
    evaluator.parameterGradient(count, gradient);
    sum = addLosses(sum, loss, evaluator.output, wanted, count, out, values, own);
  });
  const strengths = l1Strengths(network, l1);
  toRiskGradient(gradient, divisor, theta, l2, strengths);
  return { risk: riskOf(sum, divisor, theta, l2, strengths), gradient };
}

/**
 * Gradients of samples, [n, P], with the weights that the samples have in the risk. These go along
 * because a row is the gradient of a sample's loss whatever its weight is; they say what removing
 * the sample takes from the risk, w_r L_r / Σ w (`influence`).
 */
export interface SampleGradients extends Tensor {
  /** w_r, [n]; absent where all are alike. */
  readonly weights?: Float64Array;
  /** Σ w of the risk (default: that of these weights, those of all training points). */
  readonly totalWeight?: number;
}

/**
 * ∇_θ L_n for every sample: [n, P]. Of the loss alone, whatever weight the sample and whatever
 * penalties the risk has; with `convention: "dawid2021"` the penalties' gradient is added to every
 * row, so that the rows' mean, by the weights, is ∇ℜ (see `GradientConvention`).
 *
 * @throws ShapeError, NumericalError if data, θ and network do not fit or hold NaN, ConfigError for
 *   an unknown convention
 * @example
 * ```ts
 * import { core, nn } from "phaselens";
 * const line = nn.sequential([nn.dense(1, 1)]);
 * const samples = { x: core.tensor([3, 1], [-1, 0, 2]), target: core.tensor([3, 1], [-2, 1, 4]) };
 * const risk = { loss: nn.meanSquaredError };
 * const gradients = nn.perSampleGradients(line, Float64Array.of(2, 1), samples, risk);
 * console.log(gradients.shape, Array.from(core.row(gradients, 0))); // → [ 3, 2 ] [ -2, 2 ]
 * ```
 */
export function perSampleGradients(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: GradientOptions,
): SampleGradients {
  takes("perSampleGradients", { options: [options, riskOptions] });
  const { loss, l2 = 0, l1 = 0 } = options;
  const convention = conventionOf(options, "perSampleGradients");
  checkSamples(network, theta, samples, "perSampleGradients", loss);
  checkStrength(l2, "perSampleGradients: l2");
  const n = samples.x.shape[0];
  const gradients = { ...tensor([n, network.parameterCount]), ...weightsOf(samples) };
  eachGradientChunk(network, theta, samples.x, undefined, (evaluator, from, count) => {
    backwardFromLoss(evaluator, theta, loss, samples.target, from, count);
    evaluator.parameterGradientRows(count, gradients.data, from);
  });
  if (convention === "loss" || (l2 === 0 && l1 === 0)) return gradients;
  const strengths = l1Strengths(network, l1);
  for (let s = 0; s < n; s++) addPenaltyGradient(row(gradients, s), theta, l2, strengths);
  return gradients;
}

/** ∂L_n/∂x_n for every sample, whatever its weight: [n, …input]. */
export function inputGradients(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  loss: Loss,
): Tensor {
  checkSamples(network, theta, samples, "inputGradients", loss);
  const gradients = tensor(samples.x.shape);
  const width = size(samples.x.shape.slice(1));
  eachChunk(network, theta, samples.x, (evaluator, from, count) => {
    backwardFromLoss(evaluator, theta, loss, samples.target, from, count, undefined, true);
    gradients.data.set(evaluator.gradients[0].subarray(0, count * width), from * width);
  });
  return gradients;
}
