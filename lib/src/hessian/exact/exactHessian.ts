import { callable, optional, record, word } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { riskOptions } from "../../nn/arguments.js";
import { checkStrength } from "../../nn/losses/penalties.js";
import { stopIfCancelled } from "../../core/tasks/cancellation.js";
import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { makeArena } from "../../kernels/arena.js";
import { makeEvaluator, type Evaluator } from "../../nn/network/evaluator.js";
import type { Loss } from "../../nn/losses/loss.js";
import type { Network } from "../../nn/network/network.js";
import { checkSamples, type Samples } from "../../nn/losses/risk.js";
import { weigh, weighed, type Weighed } from "../../nn/losses/weighed.js";
import { couplingsSpace, makeCouplings } from "./couplings.js";
import { gramSumSpace, makeGramSum, type GramSum } from "./gramSum.js";
import { hessianByProducts } from "./hessianByProducts.js";
import { planHessian } from "./planHessian.js";
import { obstacleToPlan } from "./planObstacle.js";
import { makeSiteSums, siteSumsSpace } from "./siteSums.js";
import { makeSmoothCurvature } from "./smoothCurvature.js";
import { makeTangents, tangentSpace } from "./tangents.js";

const routes = ["planned", "products"] as const;

/**
 * How an exact Hessian was made: "planned", from tangents that only exist where they are needed;
 * "products", one Hessian-vector product for each parameter. Equal up to rounding.
 */
export type HessianRoute = (typeof routes)[number];

/** Exact Hessian [P, P], and how it was made. */
export interface ExactHessian extends Tensor {
  readonly route: HessianRoute;
  /** Why it was not planned; undefined if it was, or if products were asked for. */
  readonly obstacle?: string;
}

/** Options of `exactHessian`. */
export interface ExactHessianOptions {
  readonly loss: Loss;
  /** Coefficient of ½‖θ‖² in the risk (default 0); Dawid et al. 2021 use λ/n with λ = 0.05. */
  readonly l2?: number;
  /** Told how many samples are done (default nobody is told). */
  readonly onDone?: (done: number, total: number) => void;
  /**
   * "typescript" uses the plain twins of the compiled kernels (default "auto": these where they
   * run).
   */
  readonly backend?: "auto" | "typescript";
  /** Default: planned wherever the plan understands every layer, products elsewhere. */
  readonly route?: HessianRoute;
}

const madeHow = record({
  onDone: optional(callable),
  backend: optional(word(["auto", "typescript"])),
});

/** Samples evaluated at a time. */
const CHUNK = 32;

/**
 * Exact Hessian of the risk, ∇²_θ [(1/n) Σ_n L_n + (l2/2)‖θ‖²]: [P, P] in the order of θ (Dawid et
 * al. 2021, Sec. II B); the mean by the weights of the samples where they have any.
 *
 * With δ = ∂L/∂z, ∇²L = (∂z/∂θ)ᵀ (∂²L/∂z²) (∂z/∂θ) + Σ_k δ_k ∇²z_k. The first term is a rank-k
 * update with back-propagated rows. In the second an affine layer couples its weights to all
 * earlier parameters through the tangents of its input, weighted by the δ that reaches its output;
 * a smooth function adds Σ_f δ_f f″ T_f T_fᵀ, and piecewise linear layers add nothing. Tangents
 * stay small: a channel of the latest affine layer depends on its own parameters only, and what
 * pooling and ReLU drop is never computed. Where reshapes or pooling mix channels, tangents become
 * dense rows. An average pooling behind an affine layer is taken before its weights, which then
 * meet tangents of means of patches, one for each window. Dropout is off.
 *
 * A network with layers that this plan does not understand goes another way, one Hessian-vector
 * product for each parameter (Pearlmutter 1994): exact for every network, and slower. The result
 * says which way it went.
 *
 * Cost on one core for 1000 samples of Dawid et al.: half a second for 740 parameters, eight
 * seconds for 1675 at 14 sites. Memory: one P × P matrix and the tangents of one sample.
 *
 * @throws ShapeError, NumericalError  if data, θ and network do not fit or hold NaN
 * @throws ConfigError  if the plan is asked for and does not understand a layer, or for more than
 *   23,000 parameters, whose matrix does not fit into the memory of the kernels
 * @example
 * ```ts
 * import { core, hessian, nn } from "phaselens";
 * const line = nn.sequential([nn.dense(1, 1)]);
 * const samples = { x: core.tensor([3, 1], [-1, 0, 2]), target: core.tensor([3, 1], [-2, 1, 4]) };
 * const risk = { loss: nn.meanSquaredError };
 * const H = hessian.exactHessian(line, Float64Array.of(2, 1), samples, risk);
 * console.log(Array.from(H.data, (v) => v.toFixed(2)).join(" ")); // → 3.33 0.67 0.67 2.00
 * ```
 */
export function exactHessian(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: ExactHessianOptions,
): ExactHessian {
  takes("exactHessian", { options: [options, riskOptions] });
  takes("exactHessian", { options: [options, madeHow] });
  checkSamples(network, theta, samples, "exactHessian", options.loss);
  const { loss, l2 = 0, onDone, route } = options;
  checkStrength(l2, "exactHessian: l2");
  if (route !== undefined) oneOf(route, routes, "exactHessian: route");
  const counted = weighed(samples);
  const { x, divisor } = counted;
  const evaluator = makeEvaluator(network, x.shape.slice(1), Math.min(CHUNK, x.shape[0]));
  const obstacle = route === "products" ? undefined : obstacleToPlan(evaluator);
  if (route === "planned" && obstacle)
    throw new ConfigError(`exactHessian: ${obstacle}, so there is no plan. Leave the route out.`);
  const made: HessianRoute = route === "products" || obstacle ? "products" : "planned";
  const hessian =
    made === "products"
      ? hessianByProducts(network, theta, counted, loss, onDone)
      : plannedHessian(evaluator, theta, counted, options);
  const P = network.parameterCount;
  for (let p = 0; p < hessian.data.length; p++) hessian.data[p] /= divisor;
  for (let p = 0; p < P; p++) hessian.data[p * P + p] += l2;
  return { ...hessian, route: made, ...(obstacle && { obstacle }) };
}

/** Sum over the samples of w_n ∇²L_n by the plan, [P, P]. */
function plannedHessian(
  evaluator: Evaluator,
  theta: Float64Array,
  samples: Weighed,
  { loss, backend, onDone }: ExactHessianOptions,
): Tensor {
  const [n, out] = samples.target.shape;
  const {
    capacity,
    network: { parameterCount: P },
  } = evaluator;
  if (P === 0) return tensor([0, 0]);
  checkRoom(P);
  const last = evaluator.values.length - 1;
  const plan = planHessian(evaluator);
  const space = tangentSpace(plan);
  const lists = siteSumsSpace(plan);
  const { factors } = samples;
  const sums = factors?.some((factor) => factor < 0) ? 2 : 1;
  const arena = makeArena(
    {
      doubles: space.doubles + couplingsSpace(plan) + sums * gramSumSpace(P) + lists.doubles,
      integers: space.integers + lists.integers,
    },
    backend,
  );
  const siteSums = makeSiteSums(arena, plan);
  const tangents = makeTangents(evaluator, plan, arena, siteSums);
  const coupling = makeCouplings(evaluator, plan, tangents, arena, siteSums);
  const curvature = makeSmoothCurvature(evaluator, plan, tangents, arena);
  const gaussNewton = makeGramSum(arena, P);
  // a rank-k update knows squares alone: those of negative weight have a sum of their own
  const negative = sums === 2 ? makeGramSum(arena, P) : undefined;
  const columns = loss.factors(out);
  const rows = new Float64Array(capacity * P);
  const width = samples.x.data.length / n;

  for (let from = 0; from < n; from += capacity) {
    stopIfCancelled();
    const count = Math.min(capacity, n - from);
    const target = samples.target.data.subarray(from * out, (from + count) * out);
    evaluator.forward(theta, samples.x.data.subarray(from * width, (from + count) * width), count);
    const own = factors?.subarray(from, from + count);
    loss.gradient(evaluator.values[last], target, count, out, evaluator.gradients[last]);
    weigh(evaluator.gradients[last], own, count, out);
    evaluator.backward(theta, count);
    for (let s = 0; s < count; s++) {
      coupling.begin();
      tangents.propagate(theta, s, (sum) => coupling.addChannelSum(sum, s));
      coupling.add(s);
      curvature?.add(s);
    }
    for (let k = 0; k < columns; k++) {
      loss.factor(evaluator.values[last], target, k, count, out, evaluator.gradients[last]);
      weigh(evaluator.gradients[last], own?.map(rootOf), count, out);
      evaluator.backward(theta, count);
      rows.fill(0);
      evaluator.parameterGradientRows(count, rows, 0);
      if (negative) addBySign(gaussNewton, negative, rows, own!, P);
      else gaussNewton.add(rows, count);
    }
    onDone?.(from + count, n);
  }

  const hessian = gaussNewton.finish();
  negative?.finish().data.forEach((value, p) => (hessian.data[p] -= value));
  coupling.addTo(hessian);
  curvature?.addTo(hessian);
  return hessian;
}

/** Bytes that the compiled kernels can address. */
const ADDRESSABLE = 4 * 1024 * 1024 * 1024;

/** @throws ConfigError if the matrix does not fit into the memory of the kernels */
function checkRoom(P: number): void {
  if (8 * gramSumSpace(P) <= ADDRESSABLE) return;
  const size = ((8 * P * P) / 1e9).toFixed(1);
  throw new ConfigError(
    `exactHessian: the matrix of ${P} parameters takes ${size} GB, and there is room for 4.2 (23,000 parameters). Use its products (riskHessian), kroneckerCurvature, or the Hessian of a part (nn.head).`,
    { parameters: P },
  );
}

const rootOf = (factor: number): number => Math.sqrt(Math.abs(factor));

/** Each row to the sum that its factor's sign asks for. */
function addBySign(
  positive: GramSum,
  negative: GramSum,
  rows: Float64Array,
  factors: Float64Array,
  P: number,
): void {
  factors.forEach((factor, s) => {
    const sum = factor < 0 ? negative : positive;
    sum.add(rows.subarray(s * P, (s + 1) * P), 1);
  });
}
