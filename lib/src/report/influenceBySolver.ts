import type { LongRun } from "../core/tasks/longRun.js";
import { row, tensor, type Tensor } from "../core/tensor.js";
import { partOfRisk } from "../hessian/influence/partOfRisk.js";
import { influenceSpread } from "../hessian/resampling/influenceSpread.js";
import type { SampleGradients } from "../nn/losses/risk.js";
import type { GradientStream } from "../hessian/influence/gradientStream.js";
import type { HessianSolver } from "../hessian/solvers/solver.js";
import { makeRowProducts } from "../linalg/rowProducts.js";

/**
 * Influence with the penalty in the gradients of the points, and linearised RUE without, from one
 * set of solves: since the problem is linear, l2 θ needs one solve more and not one for each point.
 *
 *   I = (1/n) (∇L + l2 θ)ᵀ (H + λ1)⁻¹ ∇L_r
 *   RUE = Σ_r (J_r − J̄)²,  J_r = (1/n) ∇Lᵀ (H + λ1)⁻¹ ∇L_r     `linearisedUncertainty`
 *
 * Hands back to the event loop between solves and blocks of training gradients.
 * @param bare    ∇L of the points without the penalty, [test, P]
 * @param solved  told after each solve
 */
export async function influenceBySolver(
  solver: HessianSolver,
  trainGradients: SampleGradients | GradientStream,
  bare: Tensor,
  theta: Float64Array,
  l2: number,
  run: LongRun,
  solved: (done: number, total: number) => void,
): Promise<{ influence: Tensor; uncertainty: Float64Array }> {
  const [test, P] = bare.shape;
  const count = l2 === 0 ? test : test + 1;
  const steps = tensor([count, P]);
  for (let t = 0; t < count; t++) {
    await run.pause();
    const b = t < test ? row(bare, t) : theta.map((value) => l2 * value);
    row(steps, t).set(solver.solve(b).x);
    solved(t + 1, count);
  }
  const pairs = await pairsOf(steps, trainGradients, run);
  const n = pairs.shape[1];
  const uncertainty = Float64Array.from({ length: test }, (_, t) =>
    influenceSpread(row(pairs, t), trainGradients),
  );
  const total = tensor([test, n], pairs.data.slice(0, test * n));
  if (l2 !== 0) for (let p = 0; p < test * n; p++) total.data[p] += pairs.data[test * n + (p % n)];
  return { influence: total, uncertainty };
}

/** (1/n), or w_r/Σ w, of the inner products of steps with all training gradients, [steps, n]. */
async function pairsOf(
  steps: Tensor,
  trainGradients: SampleGradients | GradientStream,
  run: LongRun,
): Promise<Tensor> {
  const [count, n] = [steps.shape[0], trainGradients.shape[0]];
  const pairs = tensor([count, n]);
  const products = makeRowProducts(steps);
  const part = partOfRisk("explain", trainGradients);
  let from = 0;
  for (const gradients of "data" in trainGradients ? [trainGradients] : trainGradients.blocks()) {
    await run.pause();
    const block = products(gradients);
    const width = gradients.shape[0];
    for (let t = 0; t < count; t++) {
      for (let r = 0; r < width; r++) {
        pairs.data[t * n + from + r] = part(block.data[t * width + r], from + r);
      }
    }
    from += width;
  }
  return pairs;
}
