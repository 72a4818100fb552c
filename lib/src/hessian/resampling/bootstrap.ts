import { count, numbers, optional, stream } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import type { Rng } from "../../core/random/rng.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import { checkWeights, countedRows } from "../../core/weights.js";
import type { SampleGradients } from "../../nn/losses/risk.js";
import { partOfRisk } from "../influence/partOfRisk.js";
import { sumsOfRows } from "../../linalg/rowProducts.js";
import { squareDimension } from "../../linalg/operator.js";
import { checkGradients } from "../exact/checkGradients.js";
import { checkDamping, type Damping } from "../solvers/damping.js";
import { factorisedSolver, type HessianSolver } from "../solvers/solver.js";

/**
 * How often each of n training points is in each of b bootstrap samples of size n: 𝒟_b[2, 0, 3, …,
 * 1, 0] of Dawid et al. 2021, Sec. II D. [b, n], every row sums to n.
 *
 * Sample k comes from the stream `bootstrap k` of `rng`, so it is the same whatever b is and
 * whoever draws it.
 *
 * Points with weights are drawn all alike, and each brings its weight: an event of weight 2 is one
 * draw, not two, since it fluctuates as one. Only those of weight 0 are not drawn.
 * @param weights  of the points, [n] (default: all alike)
 * @throws ConfigError for fewer than two bootstraps, of which there is no variance
 */
export function bootstrapCounts(
  points: number,
  bootstraps: number,
  rng: Rng,
  weights?: ArrayLike<number>,
): Tensor {
  takes("bootstrapCounts", {
    points: [points, count(1)],
    rng: [rng, stream],
    weights: [weights, optional(numbers(0, points))],
  });
  if (weights !== undefined) checkWeights(weights, points, "bootstrapCounts");
  return countsOf(points, bootstraps, rng, "bootstrapCounts", weights);
}

/**
 * Refuses what counts no draws.
 * @throws ConfigError for numbers that are not whole or are below 0
 */
export function checkCounts(counts: Tensor, caller: string): void {
  const whole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  const wrong = counts.data.findIndex((value) => !whole(value));
  if (wrong < 0) return;
  throw new ConfigError(
    `${caller}: count ${wrong} is ${counts.data[wrong]}; it must be a whole number ≥ 0.`,
    { index: wrong },
  );
}

/** `bootstrapCounts` for a caller, which messages name. */
export function countsOf(
  points: number,
  bootstraps: number,
  rng: Rng,
  caller: string,
  weights?: ArrayLike<number>,
): Tensor {
  if (!Number.isInteger(bootstraps) || bootstraps < 2) {
    throw new ConfigError(
      `${caller}: the number of bootstraps must be a whole number ≥ 2, got ${bootstraps}. A variance needs two.`,
      { bootstraps },
    );
  }
  const counts = tensor([bootstraps, points]);
  for (let b = 0; b < bootstraps; b++)
    row(counts, b).set(countsOfBootstrap(points, b, rng, weights));
  return counts;
}

/** Bootstrap b alone, [n]: the same whatever the others are. */
export function countsOfBootstrap(
  points: number,
  b: number,
  rng: Rng,
  weights?: ArrayLike<number>,
): Float64Array {
  const rows = weights && countedRows(weights);
  const stream = rng.fork(`bootstrap ${b}`);
  const drawn = new Float64Array(points);
  const draws = rows ? rows.length : points;
  for (let draw = 0; draw < draws; draw++) {
    const at = stream.integer(draws);
    drawn[rows ? rows[at] : at]++;
  }
  return drawn;
}

/**
 * Where training on bootstrap samples would lead, to first order:
 *
 *   θ′_b = θ̃ − (1/n) (H + λ1)⁻¹ L w_b        Dawid et al. 2021, Eq. (4)
 *
 * with w_b = counts − 1 and the columns of L the training gradients. Eq. (4) as printed lacks the
 * 1/n that Eq. (1) has, and calls L an M × n matrix whose n is the number of points.
 *
 * With weights v_r of the points, Σ_r v_r/Σ v (counts_r − 1)(∇L_r − ḡ) takes the place of (1/n) L
 * w_b, ḡ the mean gradient by the weights: the sample's own Σ v differs from that of all.
 *
 * @param hessian  H [P, P], or a solver, which brings its own λ
 * @param counts   [b, n], see `bootstrapCounts`
 * @returns        [b, P]
 * @throws ShapeError      if sizes disagree
 * @throws NumericalError  if H + λ1 is not positive definite; the message says which λ would do
 */
export function bootstrapParameters(
  theta: Float64Array,
  hessian: Tensor | HessianSolver,
  trainGradients: SampleGradients,
  counts: Tensor,
  damping: Damping = 0,
  caller: string = "bootstrapParameters",
): Tensor {
  const P = "data" in hessian ? squareDimension(hessian, caller) : hessian.dimension;
  if (theta.length !== P) {
    throw new ShapeError(
      `${caller}: the Hessian is ${P} × ${P} but theta has ${theta.length} entries. Take both from one network.`,
    );
  }
  checkGradients(caller, "trainGradients", trainGradients, P);
  const n = trainGradients.shape[0];
  if (counts.shape.length !== 2 || counts.shape[1] !== n) {
    throw new ShapeError(
      `${caller}: counts must have shape [bootstraps, ${n}], one column a training point, got [${counts.shape}].`,
      { got: counts.shape },
    );
  }
  checkDamping(damping, caller, P);
  const part = partOfRisk(caller, trainGradients);
  const weights = tensor(
    counts.shape,
    counts.data.map((count, k) => part(count - 1, k % n)),
  );
  if (trainGradients.weights) aboutMean(weights, part);
  const solver = "data" in hessian ? factorisedSolver(hessian, damping, caller) : hessian;
  const steps = solver.solveMany(sumsOfRows(weights, trainGradients)).x;
  for (let b = 0; b < counts.shape[0]; b++) {
    const step = row(steps, b);
    for (let p = 0; p < P; p++) step[p] = theta[p] - step[p];
  }
  return steps;
}

/** Σ_r a_r (g_r − ḡ) = Σ_r (a_r − v_r Σ a) g_r, with v_r the parts in the mean: in place. */
function aboutMean(factors: Tensor, part: (value: number, r: number) => number): void {
  for (let b = 0; b < factors.shape[0]; b++) {
    const own = row(factors, b);
    const sum = own.reduce((all, factor) => all + factor, 0);
    for (let r = 0; r < own.length; r++) own[r] -= part(sum, r);
  }
}
