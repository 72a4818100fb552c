import { takeRows } from "../../core/tensor.js";
import { riskAndGradient, type RiskOptions, type Samples } from "../../nn/losses/risk.js";
import { riskHvp } from "../../nn/losses/riskProducts.js";
import type { Network } from "../../nn/network/network.js";
import { makeEvaluator } from "../../nn/network/evaluator.js";
import { exactHessian } from "../exact/exactHessian.js";
import { obstacleToPlan } from "../exact/planObstacle.js";
import type { CurvatureName } from "./choice.js";
import { costOfFactors } from "./costOfFactors.js";
import { BOUND_STEPS, passesOfBound } from "./factoredDamping.js";

/** What is going to be done, in passes over all training points and other pieces. */
export interface Work {
  /** Passes with a gradient of every point. */
  readonly gradients: number;
  /** Products of the Hessian with a vector. */
  readonly products: number;
  /** Vectors turned into Kronecker factors and back. */
  readonly solves: number;
  /** Kronecker factorings of the whole. */
  readonly factorings: number;
  /** Whether the matrix is made and decomposed. */
  readonly matrix: boolean;
}

/** Samples of a piece. */
const PIECE = 16;
/** Seconds of an operation in loops over factors, and in decompositions, on one core of today. */
const OPERATION = 1e-9;
const DECOMPOSITION = 3e-9;

/**
 * How long it will take on one core: one small piece of each kind is done and timed, and
 * extrapolated to all of them. Right to a factor of two or so; it depends on the machine, so that
 * nothing is decided by it.
 * @returns seconds
 */
export function estimatedSeconds(
  network: Network,
  theta: Float64Array,
  training: Samples,
  options: RiskOptions,
  work: Work,
): number {
  const n = training.x.shape[0];
  const P = network.parameterCount;
  const count = Math.min(PIECE, n);
  const rows = Array.from({ length: count }, (_, k) => k);
  const piece = { x: takeRows(training.x, rows), target: takeRows(training.target, rows) };
  const gradient = timed(() => riskAndGradient(network, theta, piece, options)) / count;
  let seconds = work.gradients * n * gradient;
  const cost = costOfFactors(network, training.x.shape.slice(1));
  if (typeof cost !== "string") {
    const { eigenbases, turning, solve } = cost;
    const factoring = eigenbases * DECOMPOSITION + n * turning * OPERATION + 4 * n * gradient;
    seconds += work.factorings * factoring + work.solves * solve * OPERATION;
  }
  const product = (): number => timed(() => riskHvp(network, theta, piece, theta, options)) / count;
  if (work.products > 0) seconds += work.products * n * product();
  if (!work.matrix) return seconds;
  const evaluator = makeEvaluator(network, training.x.shape.slice(1), 1);
  const { loss, l2 } = options;
  const each = obstacleToPlan(evaluator)
    ? P * product()
    : timed(() => exactHessian(network, theta, piece, { loss, l2 })) / count;
  return seconds + n * each + P * P * P * DECOMPOSITION;
}

/** Seconds of calls in which something is still being compiled, after which that is over. */
const WARM = 0.3;

/**
 * The quickest of a few calls: the first finds nothing compiled, and others may share the core. A
 * call that takes long is not repeated often.
 */
function timed(call: () => unknown): number {
  let [quickest, all] = [Infinity, 0];
  for (let calls = 0; calls < 2 || (calls < 5 && all < WARM); calls++) {
    const begun = performance.now();
    call();
    const seconds = (performance.now() - begun) / 1000;
    quickest = Math.min(quickest, seconds);
    all += seconds;
    if (all > 10 * WARM) break;
  }
  return quickest;
}

/** "about 12 s", "about 3 min" */
export function aboutSeconds(seconds: number): string {
  if (seconds < 1) return "less than a second";
  if (seconds < 100) return `about ${Math.ceil(seconds)} s`;
  if (seconds < 6000) return `about ${Math.round(seconds / 60)} min`;
  return `about ${(seconds / 3600).toFixed(1)} h`;
}

/** What influence of `tests` points takes by each of the ways. */
export function workOfInfluence(
  name: CurvatureName,
  n: number,
  tests: number,
  probes: number,
): Work {
  const none = { gradients: 0, products: 0, solves: 0, factorings: 0, matrix: false };
  if (name === "exact" || name === "head") return { ...none, gradients: 1, matrix: true };
  if (name === "ekfac")
    return {
      ...none,
      gradients: 3,
      products: passesOfBound(n),
      solves: tests + probes,
      factorings: 2,
    };
  // four ends of spectra, two sets of leading pairs, and some hundred products for each point
  return { ...none, gradients: 2, products: 4 * 40 + 2 * 150 + 100 * tests };
}

/** Evaluations of the risk for each removal, upon the Hessian and upon Kronecker factors. */
const EVALUATIONS = 12;
const MORE_EVALUATIONS = 40;

/** What an audit takes. @param given  whether the matrix is at hand */
export function workOfAudit(
  name: CurvatureName,
  n: number,
  tests: number,
  removals: number,
  given: boolean,
): Work {
  const exact = name === "exact" || name === "head";
  const evaluations = (exact ? EVALUATIONS : MORE_EVALUATIONS) * removals;
  const gradients = 8 + evaluations;
  if (exact) return { gradients, products: 0, solves: 0, factorings: 0, matrix: !given };
  const solves = evaluations + 5 * tests + 32;
  if (name === "ekfac")
    return {
      gradients,
      products: passesOfBound(n) + 2 * BOUND_STEPS + 8 + removals,
      solves,
      factorings: 1,
      matrix: false,
    };
  const products = 4 * 40 + 150 + 100 * (3 * tests + tests + 2 * removals);
  return { gradients, products, solves: evaluations, factorings: 1, matrix: false };
}
