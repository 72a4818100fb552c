import { ConfigError, NumericalError } from "../../core/errors.js";
import { axpy, checkFinite, dot, norm } from "../../core/tensor.js";

/** Differences of f and lengths of ∇f below which there is nothing but rounding. */
export interface Rounding {
  readonly value: number;
  readonly gradient: number;
}

/** A function with its gradient, at x. */
export type Objective = (x: Float64Array) => {
  readonly value: number;
  readonly gradient: Float64Array;
};

/** When a search for a minimum stops. */
export interface MinimiseOptions {
  /**
   * Stop at |∇f| ≤ tolerance · reference, default 1e-11: most problems are then solved to rounding.
   */
  readonly tolerance?: number;
  /**
   * Where it is known; otherwise 1e-14 of |f|, and no lower limit to |∇f|. A search ends as
   * "stationary" where |∇f| is rounding.
   */
  readonly rounding?: Rounding;
  /**
   * What |∇f| is held against, in its units; by default |∇f| at the start, which a start near the
   * minimum has to replace.
   */
  readonly reference?: number;
  /** Default 200. */
  readonly maxEvaluations?: number;
  /** Approximate inverse of the Hessian, positive definite: g ↦ M⁻¹ g. */
  readonly preconditioner?: (gradient: Float64Array) => Float64Array;
  /**
   * For functions with kinks, whose gradient need not vanish at the minimum: stop when the last
   * five steps together lowered f by less than this part of what was gained since the start
   * (default: never).
   */
  readonly stall?: number;
  readonly onStep?: (evaluations: number, value: number, gradientNorm: number) => void;
}

/** Where a search for a minimum ended, and how. */
export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  /** |∇f| at x. */
  readonly gradientNorm: number;
  readonly evaluations: number;
  /**
   * "stationary": |∇f| ≤ tolerance · reference. "stalled": f no longer falls although the gradient
   * is larger, as on a kink or at the limit of rounding. "evaluations": neither, within
   * `maxEvaluations`.
   */
  readonly ended: "stationary" | "stalled" | "evaluations";
  /** A step met negative curvature: f was not convex along the way. */
  readonly negativeCurvature: boolean;
}

/** A step and the change of the gradient along it. */
interface CurvaturePair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** 1 / stepᵀchange. */
  readonly inverse: number;
}

const MEMORY = 40; // pairs kept
const WINDOW = 5; // steps that `stall` looks back
// Weak Wolfe conditions (Lewis and Overton 2013): with them BFGS also descends along kinks
const SUFFICIENT_DECREASE = 1e-4;
const SLOPE_LEFT = 0.9;
// Where f falls by less than its rounding the slopes decide (approximate Wolfe conditions, Hager
// and Zhang 2005)
const ROUNDING = 1e-14;
const SLOPE_BEYOND = 0.8;
const TRIALS = 25; // of one line search: the step shrinks by 2⁻²⁵ before it is given up

/**
 * Local minimum of f near `start` by L-BFGS (Nocedal 1980) upon a preconditioner: with M near the
 * Hessian, smooth problems take few steps. Never steps uphill.
 *
 * @throws NumericalError  if f or its gradient is not finite at the start
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  options: MinimiseOptions = {},
): Minimum {
  const {
    tolerance = 1e-11,
    maxEvaluations = 200,
    stall,
    rounding = { value: 0, gradient: 0 },
    onStep,
  } = options;
  if (!(tolerance >= 0))
    throw new ConfigError(`minimise: the tolerance must be ≥ 0, got ${tolerance}.`, { tolerance });
  let x: Float64Array = start.slice();
  let here = objective(x);
  let evaluations = 1;
  if (!Number.isFinite(here.value))
    throw new NumericalError(
      `minimise: the function is ${here.value} at the start. Use one where it is finite, or another unit.`,
    );
  checkFinite(here.gradient, "minimise: gradient at the start");
  const { reference = norm(here.gradient), preconditioner = scaledFrom(start) } = options;
  const values = [here.value];
  const pairs: CurvaturePair[] = [];
  let negativeCurvature = false;
  const end = (ended: Minimum["ended"]): Minimum => ({
    x,
    value: here.value,
    gradient: here.gradient,
    gradientNorm: norm(here.gradient),
    evaluations,
    ended,
    negativeCurvature,
  });

  for (;;) {
    if (norm(here.gradient) <= Math.max(tolerance * reference, rounding.gradient))
      return end("stationary");
    const last = values.length - 1;
    if (
      stall !== undefined &&
      last >= WINDOW &&
      values[last - WINDOW] - values[last] < stall * (values[0] - values[last])
    )
      return end("stalled");
    if (evaluations >= maxEvaluations) return end("evaluations");
    const direction = descentDirection(here.gradient, pairs, preconditioner);
    const slope = dot(direction, here.gradient);
    if (!(slope < 0)) return end("stalled");

    let [low, high, step] = [0, Infinity, 1];
    let found:
      | { readonly x: Float64Array; readonly value: number; readonly gradient: Float64Array }
      | undefined;
    for (let trial = 0; trial < TRIALS && evaluations < maxEvaluations; trial++) {
      const at = x.slice();
      axpy(step, direction, at);
      const { value, gradient } = objective(at);
      evaluations++;
      const slopeThere = dot(gradient, direction);
      if (slopeThere < slope) negativeCurvature = true;
      const lower = value <= here.value + SUFFICIENT_DECREASE * step * slope;
      const level =
        value <= here.value + Math.max(ROUNDING * Math.abs(here.value), rounding.value) &&
        slopeThere <= -SLOPE_BEYOND * slope;
      if (!lower && !level)
        high = step; // NaN counts as too far
      else {
        found = { x: at, value, gradient };
        if (slopeThere >= SLOPE_LEFT * slope) break;
        low = step;
      }
      step = high < Infinity ? (low + high) / 2 : 2 * step;
    }
    if (!found) return end(evaluations >= maxEvaluations ? "evaluations" : "stalled");
    remember(pairs, x, here.gradient, found);
    x = found.x;
    here = found;
    values.push(here.value);
    onStep?.(evaluations, here.value, norm(here.gradient));
  }
}

function remember(
  pairs: CurvaturePair[],
  x: Float64Array,
  gradient: Float64Array,
  next: { readonly x: Float64Array; readonly gradient: Float64Array },
): void {
  const [step, change] = [next.x.slice(), next.gradient.slice()];
  axpy(-1, x, step);
  axpy(-1, gradient, change);
  const curvature = dot(step, change);
  if (!(curvature > 0)) return; // would make the inverse indefinite
  pairs.push({ step, change, inverse: 1 / curvature });
  if (pairs.length > MEMORY) pairs.shift();
}

/** −B ∇f with B the preconditioner updated by the pairs: the two loops of Nocedal. */
function descentDirection(
  gradient: Float64Array,
  pairs: readonly CurvaturePair[],
  preconditioner: Preconditioner,
): Float64Array {
  let q: Float64Array = gradient.slice();
  const alphas = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    alphas[k] = pairs[k].inverse * dot(pairs[k].step, q);
    axpy(-alphas[k], pairs[k].change, q);
  }
  q = preconditioner(q, pairs[pairs.length - 1]);
  for (let k = 0; k < pairs.length; k++)
    axpy(alphas[k] - pairs[k].inverse * dot(pairs[k].change, q), pairs[k].step, q);
  return q.map((v) => -v);
}

type Preconditioner = (gradient: Float64Array, last: CurvaturePair | undefined) => Float64Array;

/**
 * The scale of the last pair; before there is one, a step of a hundredth of the start's length (of
 * 1 at the origin).
 */
function scaledFrom(start: Float64Array): Preconditioner {
  const first = 0.01 * (norm(start) || 1);
  return (gradient, last) => {
    const factor = last
      ? 1 / (last.inverse * dot(last.change, last.change))
      : first / norm(gradient);
    return gradient.map((v) => factor * v);
  };
}
