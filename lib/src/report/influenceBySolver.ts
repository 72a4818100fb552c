import type { LongRun } from "../core/tasks/longRun.js";
import type { Rng } from "../core/random/rng.js";
import { row, tensor, type Tensor } from "../core/tensor.js";
import { influenceSpread } from "../hessian/resampling/influenceSpread.js";
import type { GradientStream } from "../hessian/influence/gradientStream.js";
import { partOfRisk } from "../hessian/influence/partOfRisk.js";
import type { HessianSolver } from "../hessian/solvers/solver.js";
import { makeRowProducts } from "../linalg/rowProducts.js";
import type { SampleGradients } from "../nn/losses/risk.js";

/** What is solved for. */
export interface SolvedPoints {
  /** ∇L of the points without the penalty, [test, P]. */
  readonly bare: Tensor;
  readonly theta: Float64Array;
  /** Of the penalty in the gradients of the points. */
  readonly l2: number;
  /** Normal vectors that estimate the lengths of RelatIF; none, and there is no RelatIF. */
  readonly probes: number;
  readonly rng: Rng;
}

/** What comes out. */
export interface SolvedInfluence {
  readonly influence: Tensor;
  readonly relatif: Tensor | undefined;
  readonly uncertainty: Float64Array;
}

/**
 * Influence with the penalty in the gradients of the points, linearised RUE without, and RelatIF by
 * probes, from one set of solves: since the problem is linear, l2 θ needs one solve more and not
 * one for each point.
 *
 *   I = (1/n) (∇L + l2 θ)ᵀ (H + λ1)⁻¹ ∇L_r
 *   RUE = Σ_r (J_r − J̄)²,  J_r = (1/n) ∇Lᵀ (H + λ1)⁻¹ ∇L_r     `linearisedUncertainty`
 *   I_R = I / ‖(H + λ1)⁻¹ ∇L_r‖,  the length from E[(zᵀ(H + λ1)⁻¹ ∇L_r)²] over normal z
 *
 * with w_r/Σ w in the place of 1/n where the training points have weights. Hands back to the event
 * loop between solves and blocks of training gradients.
 * @param solved  told after each solve
 */
export async function influenceBySolver(
  solver: HessianSolver,
  trainGradients: SampleGradients | GradientStream,
  { bare, theta, l2, probes, rng }: SolvedPoints,
  run: LongRun,
  solved: (done: number, total: number) => void,
): Promise<SolvedInfluence> {
  const [test, P] = bare.shape;
  const points = l2 === 0 ? test : test + 1;
  const steps = tensor([points + probes, P]);
  for (let t = 0; t < points + probes; t++) {
    await run.pause();
    row(steps, t).set(solver.solve(rightHandSide(t, points, bare, theta, l2, rng)).x);
    solved(t + 1, points + probes);
  }
  const { products: pairs, part } = await productsOf(steps, trainGradients, run);
  const n = pairs.shape[1];
  const influence = tensor([test, n]);
  const uncertainty = new Float64Array(test);
  for (let t = 0; t < test; t++) {
    const own = row(pairs, t).map(part);
    uncertainty[t] = influenceSpread(own, trainGradients);
    const penalty = l2 === 0 ? undefined : row(pairs, test);
    row(influence, t).set(penalty ? own.map((value, r) => value + part(penalty[r], r)) : own);
  }
  if (probes === 0) return { influence, relatif: undefined, uncertainty };
  const lengths = Float64Array.from({ length: n }, (_, r) => {
    let sum = 0;
    for (let k = points; k < points + probes; k++) sum += pairs.data[k * n + r] ** 2;
    return Math.sqrt(sum / probes);
  });
  const relatif = tensor(
    [test, n],
    influence.data.map((value, p) => (lengths[p % n] > 0 ? value / lengths[p % n] : 0)),
  );
  return { influence, relatif, uncertainty };
}

/** The gradient of a point, then l2 θ where there is a penalty, then probes. */
function rightHandSide(
  t: number,
  points: number,
  bare: Tensor,
  theta: Float64Array,
  l2: number,
  rng: Rng,
): Float64Array {
  if (t >= points) {
    const probe = rng.fork(`length ${t - points}`);
    return theta.map(() => probe.normal());
  }
  return t < bare.shape[0] ? row(bare, t) : theta.map((value) => l2 * value);
}

/** Inner products of all steps with all training gradients, [steps, n], and what 1/n stands for. */
async function productsOf(
  steps: Tensor,
  trainGradients: SampleGradients | GradientStream,
  run: LongRun,
): Promise<{ products: Tensor; part: (value: number, r: number) => number }> {
  const [count, n] = [steps.shape[0], trainGradients.shape[0]];
  const all = tensor([count, n]);
  const products = makeRowProducts(steps);
  let from = 0;
  for (const gradients of "data" in trainGradients ? [trainGradients] : trainGradients.blocks()) {
    await run.pause();
    const block = products(gradients);
    const width = gradients.shape[0];
    for (let t = 0; t < count; t++)
      all.data.set(block.data.subarray(t * width, (t + 1) * width), t * n + from);
    from += width;
  }
  return { products: all, part: partOfRisk("explain", trainGradients) };
}
