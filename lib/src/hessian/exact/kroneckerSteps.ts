import { checkStrength } from "../../nn/losses/penalties.js";
import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { refuseNegative } from "../../core/weights.js";
import { size, tensor, type Shape, type Tensor } from "../../core/tensor.js";
import type { SymmetricOperator } from "../../linalg/operator.js";
import type { SymmetricEigen } from "../../linalg/symmetricEigen.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { checkParameters, type Network } from "../../nn/network/network.js";
import { weigh, weighed } from "../../nn/losses/weighed.js";
import { checkSamples, eachChunk, type RiskOptions, type Samples } from "../../nn/losses/risk.js";
import { checkDamping, lambdaOf, type Damping } from "../solvers/damping.js";
import { curvatureParts, type CurvaturePart } from "./curvatureParts.js";

const caller = "kroneckerCurvature";
const FACTORS = "a Kronecker factor is a mean of squares, which cannot be negative";
const CURE = "Use exactHessian, or riskHessian with conjugate gradients";

/** Samples of a step, a multiple of what evaluators take at a time. */
const STEP = 32;

/** Options of `kroneckerCurvature`. */
export interface KroneckerOptions {
  /**
   * "corrected" (default): eigenvalues fitted in the eigenbasis of the factors, EK-FAC (George et
   * al. 2018); "products": those of the Kronecker product itself, K-FAC (Martens and Grosse 2015),
   * one pass over the data less.
   */
  readonly eigenvalues?: "corrected" | "products";
  /**
   * m > 0 of a `ScaledDamping`, [P]: factors are taken in its frame √m θ, and the inverse is that
   * of Ĥ + λ diag(m) (default: none, and λ is one number in the units of Ĥ). It must be the same
   * for all outputs of a layer, as that of `dampings.relative` is.
   */
  readonly scale?: Float64Array;
  /** Told how many samples of all passes are done (default nobody is told). */
  readonly onDone?: (done: number, total: number) => void;
}

/**
 * An approximate Hessian that can be inverted with any damping. `apply` is its product with a
 * vector.
 */
export interface KroneckerCurvature extends SymmetricOperator {
  readonly method: "EK-FAC" | "K-FAC";
  /**
   * v ↦ (Ĥ + λ1)⁻¹ v, or with a scale (Ĥ + λ diag(m))⁻¹ v; with the same damping a preconditioner
   * for `conjugateGradientSolver`.
   */
  inverse(damping: Damping): (v: Float64Array) => Float64Array;
  /** All P eigenvalues of Ĥ, layer by layer, not sorted; with a scale of Ĥ_pq/√(m_p m_q). */
  eigenvalues(): Float64Array;
  /** The largest eigenvalues, ascending, with their eigenvectors [count, P]. */
  leading(count: number): SymmetricEigen;
}

/** A curvature that also knows the root of its inverse, for probes of self-influence. */
export interface FactoredCurvature extends KroneckerCurvature {
  /** v ↦ (Ĥ + λ1)^(−½) v in the frame. */
  inverseRoot(lambda: number): (v: Float64Array) => Float64Array;
  /** As plain data, of which `curvatureOfState` makes it again. */
  state(): CurvatureState;
}

/** Factors as they go to another thread. */
export interface CurvatureState {
  /** Of one sample. */
  readonly input: Shape;
  readonly parts: readonly (readonly Float64Array[])[];
  readonly method: KroneckerCurvature["method"];
  readonly l2: number;
  readonly scale: Float64Array | undefined;
}

/** The curvature of a state, for the network that it was made of. */
export function curvatureOfState(
  network: Network,
  { input, parts: states, method, l2, scale }: CurvatureState,
): FactoredCurvature {
  const parts = curvatureParts(network, input, scale?.map(Math.sqrt));
  parts.forEach((part, k) => part.load(states[k]));
  return ofParts(network, input, parts, method, l2, scale);
}

/**
 * `kroneckerCurvature` a few samples at a time, so that others get their turn in between.
 * @yields after each step, told by `onDone`
 */
export function* kroneckerSteps(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  { loss, l2 = 0 }: RiskOptions,
  { eigenvalues = "corrected", scale, onDone }: KroneckerOptions,
): Generator<void, FactoredCurvature> {
  checkSamples(network, theta, samples, caller, loss);
  checkStrength(l2, `${caller}: l2`);
  oneOf(eigenvalues, ["corrected", "products"], `${caller}: eigenvalues`);
  if (scale !== undefined) checkDamping({ lambda: 0, scale }, caller, network.parameterCount);
  const parts = curvatureParts(network, samples.x.shape.slice(1), scale?.map(Math.sqrt));
  refuseNegative(samples.weights, caller, FACTORS, CURE);
  const { x, target, factors, divisor } = weighed(samples);
  const [n, out] = target.shape;
  const weightRoots = factors?.map(Math.sqrt);
  const total = eigenvalues === "corrected" ? 2 * n : n;
  let done = 0;

  /** Every chunk of samples, with each column of the factor of ∂²L/∂z² walked back. */
  function* eachWalk(
    visit: (evaluator: Evaluator, count: number, column: number, own?: Float64Array) => void,
  ): Generator<void, void> {
    for (let start = 0; start < n; start += STEP) {
      const part = rowsOf(x, start, Math.min(STEP, n - start));
      eachChunk(network, theta, part, (evaluator, from, count) => {
        const last = evaluator.values.length - 1;
        const first = start + from;
        const own = weightRoots?.subarray(first, first + count);
        const wanted = target.data.subarray(first * out, (first + count) * out);
        for (let column = 0; column < loss.factors(out); column++) {
          const into = evaluator.gradients[last];
          loss.factor(evaluator.values[last], wanted, column, count, out, into);
          weigh(into, own, count, out);
          evaluator.backward(theta, count);
          visit(evaluator, count, column, own);
        }
      });
      done += part.shape[0];
      onDone?.(done, total);
      yield;
    }
  }

  yield* eachWalk((evaluator, count, column, own) => {
    for (const part of parts) part.first(evaluator, theta, count, column, own);
  });
  for (const { finish } of parts) {
    finish(divisor);
    yield;
  }
  if (eigenvalues === "corrected") {
    for (const { clear } of parts) clear?.();
    yield* eachWalk((evaluator, count) => {
      for (const { second } of parts) second?.(evaluator, theta, count);
    });
    for (const { divide } of parts) divide?.(divisor);
  }
  for (const { addPenalty } of parts) addPenalty(l2);
  const method = eigenvalues === "corrected" ? "EK-FAC" : "K-FAC";
  return ofParts(network, x.shape.slice(1), parts, method, l2, scale);
}

/** Rows start … start + count, not copied. */
function rowsOf({ shape: [, ...sample], data }: Tensor, start: number, count: number): Tensor {
  const width = size(sample);
  return tensor([count, ...sample], data.subarray(start * width, (start + count) * width));
}

/** Ĥ of its finished parts. */
function ofParts(
  network: Network,
  input: Shape,
  parts: readonly CurvaturePart[],
  method: "EK-FAC" | "K-FAC",
  l2: number,
  scale: Float64Array | undefined,
): FactoredCurvature {
  const roots = scale?.map(Math.sqrt);
  /** v of the frame ↦ Q f(s) Qᵀ v. */
  const inFrame = (v: Float64Array, f: (eigenvalue: number) => number): Float64Array => {
    for (const { place, count, transform } of parts) transform(v.subarray(place, place + count), f);
    return v;
  };
  const copyOf = (v: Float64Array): Float64Array => {
    checkParameters(network, v, "v");
    return v.slice();
  };
  const timesRoots = (v: Float64Array): Float64Array => {
    if (roots) for (let p = 0; p < v.length; p++) v[p] *= roots[p];
    return v;
  };
  const dividedByRoots = (v: Float64Array): Float64Array => {
    if (roots) for (let p = 0; p < v.length; p++) v[p] /= roots[p];
    return v;
  };
  const checkPositive = (lambda: number): void => {
    if (!(lambda + l2 > 0))
      throw new ConfigError(`${caller}: the approximate Hessian is singular. Use a damping λ > 0.`);
  };
  return {
    method,
    dimension: network.parameterCount,
    apply: (v) => timesRoots(inFrame(timesRoots(copyOf(v)), (s) => s)),
    inverse(damping) {
      checkDamping(damping, `${caller}, inverse`, network.parameterCount);
      checkFrame(damping, scale);
      const lambda = lambdaOf(damping);
      checkPositive(lambda);
      return (v) => dividedByRoots(inFrame(dividedByRoots(copyOf(v)), (s) => 1 / (s + lambda)));
    },
    inverseRoot(lambda) {
      checkPositive(lambda);
      return (v) => inFrame(copyOf(v), (s) => 1 / Math.sqrt(s + lambda));
    },
    eigenvalues: () => Float64Array.from(parts.flatMap((part) => [...part.eigenvalues()])),
    leading: (count) => leadingOf(network.parameterCount, parts, count),
    state: () => ({ input, parts: parts.map((part) => part.state()), method, l2, scale }),
  };
}

/** @throws ConfigError unless the damping is of the frame in which the factors are */
function checkFrame(damping: Damping, scale: Float64Array | undefined): void {
  const own = typeof damping === "number" ? undefined : damping.scale;
  if (own === scale || own?.every((m, p) => m === scale?.[p])) return;
  const fact = scale
    ? "the factors are those of a scale, which the damping has not"
    : "the damping has a scale, in whose frame the factors are not";
  throw new ConfigError(`${caller}: ${fact}. Give kroneckerCurvature the damping's scale.`);
}

function leadingOf(P: number, parts: readonly CurvaturePart[], count: number): SymmetricEigen {
  if (!Number.isInteger(count) || count < 1 || count > P)
    throw new ConfigError(
      `${caller}, leading: count must be a whole number from 1 to ${P}, got ${count}.`,
    );
  const all = parts.flatMap((part) => {
    const own = part.eigenvalues();
    const largest = Array.from(own.keys()).sort((a, b) => own[b] - own[a]);
    return largest.slice(0, count).map((k) => ({ part, k, value: own[k] }));
  });
  const chosen = all.sort((a, b) => a.value - b.value).slice(-count);
  const vectors = tensor([chosen.length, P]);
  chosen.forEach(({ part, k }, r) => vectors.data.set(part.direction(k), r * P + part.place));
  return { values: Float64Array.from(chosen, ({ value }) => value), vectors };
}
