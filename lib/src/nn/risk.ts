import { checkFinite, row, size, tensor, type Tensor } from "../core/tensor.js";
import { ShapeError } from "../core/errors.js";
import { makeEvaluator, type Evaluator } from "./evaluator.js";
import type { Loss } from "./loss.js";
import { checkParameters, type Network } from "./network.js";

/** Inputs x [n, …] and targets [n, out]; a `Dataset` without its provenance. */
export interface Samples {
  readonly x: Tensor;
  readonly target: Tensor;
}

/**
 * The risk ℜ(θ) = (1/n) Σ_n L_n(θ) + (l2/2) ‖θ‖² + l1 ‖θ‖₁. The L2 term of Dawid et al. 2021, (1/n)(λ/2)‖θ‖², is
 * l2 = λ/n.
 */
export interface RiskOptions {
  readonly loss: Loss;
  /** Coefficient of ½‖θ‖² (default 0). */
  readonly l2?: number;
  /** Coefficient of |θ_p|: one number, or one for each parameter (default 0). */
  readonly l1?: number | Float64Array;
}

/** Samples evaluated at a time: enough to amortise calls, small enough to stay in cache. */
const CHUNK = 32;

const evaluators = new WeakMap<Network, Map<string, Evaluator>>();

/** An evaluator shared by all calls with this network and input shape. */
function evaluatorFor(network: Network, x: Tensor): Evaluator {
  let byShape = evaluators.get(network);
  if (!byShape) evaluators.set(network, (byShape = new Map()));
  const key = x.shape.slice(1).join();
  let evaluator = byShape.get(key);
  if (!evaluator) byShape.set(key, (evaluator = makeEvaluator(network, x.shape.slice(1), CHUNK)));
  return evaluator;
}

/** @throws ShapeError | NumericalError if θ, inputs or targets do not fit the network */
export function checkSamples(network: Network, theta: Float64Array, samples: Samples, what: string): void {
  checkParameters(network, theta);
  checkFinite(theta, `${what}: theta`);
  checkFinite(samples.x.data, `${what}: inputs`);
  checkFinite(samples.target.data, `${what}: targets`);
  if (samples.x.shape[0] !== samples.target.shape[0]) {
    throw new ShapeError(`${what}: ${samples.x.shape[0]} inputs but ${samples.target.shape[0]} targets. Each sample needs one target row.`);
  }
  if (samples.x.shape[0] === 0) throw new ShapeError(`${what}: there are no samples. Pass at least one.`);
  const shape = evaluatorFor(network, samples.x).shapes;
  const out = shape[shape.length - 1];
  if (samples.target.shape.length !== 2 || out.length !== 1 || samples.target.shape[1] !== out[0]) {
    throw new ShapeError(`${what}: targets must have shape [n, ${out}] as the network's output, got [${samples.target.shape}].`, { got: samples.target.shape });
  }
}

/** Walk over the samples in chunks, with the evaluator's values filled in. */
export function eachChunk(
  network: Network, theta: Float64Array, x: Tensor,
  visit: (evaluator: Evaluator, from: number, count: number) => void,
): void {
  const evaluator = evaluatorFor(network, x);
  const width = size(x.shape.slice(1));
  for (let from = 0; from < x.shape[0]; from += CHUNK) {
    const count = Math.min(CHUNK, x.shape[0] - from);
    evaluator.forward(theta, x.data.subarray(from * width, (from + count) * width), count);
    visit(evaluator, from, count);
  }
}

/** The network's outputs z (logits, for a classifier): [n, out]. */
export function predict(network: Network, theta: Float64Array, x: Tensor): Tensor {
  checkParameters(network, theta);
  let outputs: Tensor | undefined;
  eachChunk(network, theta, x, (evaluator, from, count) => {
    const shape = evaluator.shapes[evaluator.shapes.length - 1];
    outputs ??= tensor([x.shape[0], ...shape]);
    outputs.data.set(evaluator.values[evaluator.values.length - 1].subarray(0, count * size(shape)), from * size(shape));
  });
  return outputs ?? tensor([0]);
}

/** Every value of the network for the given inputs, input first: [n, …] each. */
export function activations(network: Network, theta: Float64Array, x: Tensor): Tensor[] {
  checkParameters(network, theta);
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

/** Seed the output's gradient with ∂L/∂z and propagate it back. */
function backwardFromLoss(evaluator: Evaluator, theta: Float64Array, loss: Loss, target: Tensor, from: number, count: number, toInput = false): Float64Array {
  const last = evaluator.values.length - 1;
  const out = target.shape[1];
  const wanted = target.data.subarray(from * out, (from + count) * out);
  loss.gradient(evaluator.values[last], wanted, count, out, evaluator.gradients[last]);
  evaluator.backward(theta, count, toInput);
  return wanted;
}

export interface RiskAndGradient {
  readonly risk: number;
  /** ∇ℜ, [P]. */
  readonly gradient: Float64Array;
}

/** ℜ(θ) alone. */
export function risk(network: Network, theta: Float64Array, samples: Samples, { loss, l2 = 0, l1 = 0 }: RiskOptions): number {
  checkSamples(network, theta, samples, "risk");
  const [n, out] = samples.target.shape;
  const values = new Float64Array(CHUNK);
  let total = 0;
  eachChunk(network, theta, samples.x, (evaluator, from, count) => {
    loss.value(evaluator.values[evaluator.values.length - 1], samples.target.data.subarray(from * out, (from + count) * out), count, out, values);
    for (let s = 0; s < count; s++) total += values[s];
  });
  return total / n + penalty(theta, l2, l1);
}

/** ℜ(θ) and ∇ℜ(θ) in one sweep. */
export function riskAndGradient(network: Network, theta: Float64Array, samples: Samples, { loss, l2 = 0, l1 = 0 }: RiskOptions): RiskAndGradient {
  checkSamples(network, theta, samples, "riskAndGradient");
  const [n, out] = samples.target.shape;
  const gradient = new Float64Array(network.parameterCount);
  const values = new Float64Array(CHUNK);
  let total = 0;
  eachChunk(network, theta, samples.x, (evaluator, from, count) => {
    const wanted = backwardFromLoss(evaluator, theta, loss, samples.target, from, count);
    evaluator.parameterGradient(count, gradient);
    loss.value(evaluator.values[evaluator.values.length - 1], wanted, count, out, values);
    for (let s = 0; s < count; s++) total += values[s];
  });
  for (let p = 0; p < gradient.length; p++) gradient[p] /= n;
  addPenaltyGradient(gradient, theta, l2, l1);
  return { risk: total / n + penalty(theta, l2, l1), gradient };
}

export function penalty(theta: Float64Array, l2: number, l1: number | Float64Array): number {
  let sum = 0;
  for (let p = 0; p < theta.length; p++) sum += 0.5 * l2 * theta[p] ** 2 + (typeof l1 === "number" ? l1 : l1[p]) * Math.abs(theta[p]);
  return sum;
}

/** gradient += l2 θ + l1 sign θ. */
export function addPenaltyGradient(gradient: Float64Array, theta: Float64Array, l2: number, l1: number | Float64Array): void {
  for (let p = 0; p < theta.length; p++) gradient[p] += l2 * theta[p] + (typeof l1 === "number" ? l1 : l1[p]) * Math.sign(theta[p]);
}

/**
 * ∇_θ L_n for every sample, the penalties' gradient included, so that the rows' mean is ∇ℜ: [n, P].
 * Dawid et al. 2021 use gradients with the L2 term for training and test points alike.
 */
export function perSampleGradients(network: Network, theta: Float64Array, samples: Samples, { loss, l2 = 0, l1 = 0 }: RiskOptions): Tensor {
  checkSamples(network, theta, samples, "perSampleGradients");
  const n = samples.x.shape[0];
  const gradients = tensor([n, network.parameterCount]);
  eachChunk(network, theta, samples.x, (evaluator, from, count) => {
    backwardFromLoss(evaluator, theta, loss, samples.target, from, count);
    evaluator.parameterGradientRows(count, gradients.data, from);
  });
  if (l2 !== 0 || l1 !== 0) for (let s = 0; s < n; s++) addPenaltyGradient(row(gradients, s), theta, l2, l1);
  return gradients;
}

/** ∂L_n/∂x_n for every sample: [n, …input]. */
export function inputGradients(network: Network, theta: Float64Array, samples: Samples, loss: Loss): Tensor {
  checkSamples(network, theta, samples, "inputGradients");
  const gradients = tensor(samples.x.shape);
  const width = size(samples.x.shape.slice(1));
  eachChunk(network, theta, samples.x, (evaluator, from, count) => {
    backwardFromLoss(evaluator, theta, loss, samples.target, from, count, true);
    gradients.data.set(evaluator.gradients[0].subarray(0, count * width), from * width);
  });
  return gradients;
}

/**
 * Hessian of the risk times a vector, ∇²ℜ(θ) v, by forward-over-reverse differentiation (Pearlmutter 1994): the
 * derivative along v of the backward walk. Costs about three gradients and no matrix.
 */
export function riskHvp(network: Network, theta: Float64Array, samples: Samples, v: Float64Array, { loss, l2 = 0 }: RiskOptions): Float64Array {
  checkSamples(network, theta, samples, "riskHvp");
  checkParameters(network, v, "v");
  const [n, out] = samples.target.shape;
  const product = new Float64Array(network.parameterCount);
  const outputTangent = new Float64Array(CHUNK * out);
  eachChunk(network, theta, samples.x, (evaluator, from, count) => {
    const last = evaluator.values.length - 1;
    const wanted = backwardFromLoss(evaluator, theta, loss, samples.target, from, count);
    evaluator.tangentForward(theta, v, count);
    loss.hessianProduct(evaluator.values[last], wanted, evaluator.valueTangents[last], count, out, outputTangent);
    evaluator.tangentBackward(theta, v, count, outputTangent, product);
  });
  for (let p = 0; p < product.length; p++) product[p] = product[p] / n + l2 * v[p];
  return product;
}
