import { checkResult } from "../../core/arguments/checkResult.js";
import { takes } from "../../core/arguments/takes.js";
import { stopIfCancelled } from "../../core/tasks/cancellation.js";
import { checkFinite, size, tensor } from "../../core/tensor.js";
import { riskOptions } from "../arguments.js";
import type { Evaluator } from "../network/evaluator.js";
import { checkParameters, type Network } from "../network/network.js";
import { eachProductChunk, keptEvaluators, LARGE_CHUNK } from "./chunks.js";
import type { Loss } from "./loss.js";
import { checkStrength } from "./penalties.js";
import { backwardFromLoss, checkSamples, type RiskOptions, type Samples } from "./risk.js";
import { toRiskProduct } from "./riskTerms.js";
import { weigh, weighed, type Weighed } from "./weighed.js";

/** What kept values and gradients were made of. */
interface Made {
  readonly loss: Loss;
  readonly theta: Float64Array;
  readonly target: Float64Array;
  readonly factors: Float64Array | undefined;
}

/**
 * v ↦ ∇²ℜ(θ) v for many v: `riskHvp`, to the last bit, of which the values and gradients, which do
 * not depend on v, are kept from the second product on. They take 128 MB at most; samples beyond
 * that are evaluated anew each time. If θ or the samples change, so does what is kept.
 */
export function riskProducts(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: RiskOptions,
): (v: Float64Array) => Float64Array {
  let products = 0;
  let kept: readonly Evaluator[] = []; // of the first chunks
  let made: Made | undefined;
  return (v) => {
    takes("riskHvp", { options: [options, riskOptions] });
    const { loss, l2 = 0 } = options;
    checkSamples(network, theta, samples, "riskHvp", loss);
    checkStrength(l2, "riskHvp: l2");
    checkParameters(network, v, "v");
    checkFinite(v, "riskHvp: v");
    const ready = weighed(samples);
    const { x, target, factors, divisor } = ready;
    const [n, out] = target.shape;
    const width = size(x.shape.slice(1));
    const product = new Float64Array(network.parameterCount);
    const outputTangent = new Float64Array(LARGE_CHUNK * out);

    const add = (evaluator: Evaluator, from: number, count: number, fresh: boolean): void => {
      const own = factors?.subarray(from, from + count);
      const wanted = fresh
        ? target.data.subarray(from * out, (from + count) * out)
        : backwardFromLoss(evaluator, theta, loss, target, from, count, own);
      evaluator.tangentForward(theta, v, count);
      const last = evaluator.values.length - 1;
      const tangents = evaluator.valueTangents[last];
      loss.hessianProduct(evaluator.values[last], wanted, tangents, count, out, outputTangent);
      weigh(outputTangent, own, count, out);
      evaluator.tangentBackward(theta, v, count, outputTangent, product);
    };

    if (++products === 2) kept = keptEvaluators(network, x);
    const same = made !== undefined && made.loss === loss && isOf(made, theta, ready);
    if (!same) made = undefined; // until all that is kept is of these
    let from = 0;
    for (const evaluator of kept) {
      stopIfCancelled();
      const count = Math.min(evaluator.capacity, n - from);
      if (count <= 0) break;
      const inputs = x.data.subarray(from * width, (from + count) * width);
      const fresh = same && equal(inputs, evaluator.values[0]);
      if (!fresh) evaluator.forward(theta, inputs, count);
      add(evaluator, from, count, fresh);
      from += count;
    }
    if (kept.length > 0 && !same)
      made = { loss, theta: theta.slice(), target: target.data.slice(), factors: factors?.slice() };
    const first = from;
    const rest = tensor([n - first, ...x.shape.slice(1)], x.data.subarray(first * width));
    eachProductChunk(network, theta, rest, (evaluator, at, count) =>
      add(evaluator, first + at, count, false),
    );
    toRiskProduct(product, divisor, v, l2);
    checkResult(product, "riskHvp");
    return product;
  };
}

/**
 * Hessian of the risk times a vector, ∇²ℜ(θ) v, by forward-over-reverse differentiation
 * (Pearlmutter 1994): the derivative along v of the backward walk. Costs about three gradients and
 * no matrix.
 * @example
 * ```ts
 * import { core, hessian, nn } from "phaselens";
 * const line = nn.sequential([nn.dense(1, 1)]);
 * const samples = { x: core.tensor([3, 1], [-1, 0, 2]), target: core.tensor([3, 1], [-2, 1, 4]) };
 * const risk = { loss: nn.meanSquaredError };
 * const Hv = hessian.hvp(line, Float64Array.of(2, 1), samples, Float64Array.of(0, 1), risk);
 * console.log(Hv[0].toFixed(2), Hv[1].toFixed(2)); // → 0.67 2.00
 * ```
 */
export function riskHvp(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  v: Float64Array,
  options: RiskOptions,
): Float64Array {
  return riskProducts(network, theta, samples, options)(v);
}

function isOf(made: Made, theta: Float64Array, { target, factors }: Weighed): boolean {
  if (!equal(theta, made.theta)) return false;
  if (target.data.length !== made.target.length || !equal(target.data, made.target)) return false;
  if (factors === undefined || made.factors === undefined) return factors === made.factors;
  return factors.length === made.factors.length && equal(factors, made.factors);
}

/** Whether b begins with a. */
function equal(a: Float64Array, b: Float64Array): boolean {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}
