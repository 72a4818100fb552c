import { tensor, type Tensor } from "../../core/tensor.js";
import type { SymmetricOperator } from "../../linalg/operator.js";
import { lambdaOf, type Damping } from "./damping.js";
import type { HessianSolver } from "./hessianSolver.js";

/**
 * Coordinates φ = √m θ in which a damping with the scale m is a plain one, λ‖φ − φ̃‖². Gradients
 * there are ∇/√m, the Hessian is H_pq/√(m_p m_q), and lengths mean the same whatever the units of
 * targets and inputs. Without a scale they are those of θ.
 */
export interface DampingFrame {
  readonly lambda: number;
  /** √m, [P]. */
  readonly roots: Float64Array | undefined;
}

export function frameOf(damping: Damping): DampingFrame {
  return {
    lambda: lambdaOf(damping),
    roots: typeof damping === "number" ? undefined : damping.scale.map(Math.sqrt),
  };
}

/** A vector divided by √m: the step of θ for one of φ, or the gradient by φ for one by θ. */
export function dividedByRoots({ roots }: DampingFrame, v: Float64Array): Float64Array {
  return roots ? v.map((value, p) => value / roots[p]) : v;
}

/** A vector times √m: the step of φ for one of θ, or the gradient by θ for one by φ. */
export function timesRoots({ roots }: DampingFrame, v: Float64Array): Float64Array {
  return roots ? v.map((value, p) => value * roots[p]) : v;
}

/** Gradients by φ for those by θ, [n, P]; steps of θ for those of φ. */
export function rowsDividedByRoots({ roots }: DampingFrame, rows: Tensor): Tensor {
  if (!roots) return rows;
  const P = roots.length;
  const divided = tensor(rows.shape);
  for (let start = 0; start < rows.data.length; start += P)
    for (let p = 0; p < P; p++) divided.data[start + p] = rows.data[start + p] / roots[p];
  return divided;
}

/** H_pq / √(m_p m_q), [P, P]. */
export function hessianInFrame({ roots }: DampingFrame, hessian: Tensor): Tensor {
  if (!roots) return hessian;
  const P = roots.length;
  const scaled = tensor(hessian.shape);
  for (let p = 0, at = 0; p < P; p++)
    for (let q = 0; q < P; q++, at++) scaled.data[at] = hessian.data[at] / roots[p] / roots[q];
  return scaled;
}

/** The same for a Hessian that is known by its products. */
export function operatorInFrame(
  frame: DampingFrame,
  hessian: SymmetricOperator,
): SymmetricOperator {
  if (!frame.roots) return hessian;
  return {
    dimension: hessian.dimension,
    apply: (v) => dividedByRoots(frame, hessian.apply(dividedByRoots(frame, v))),
  };
}

/** (H + λ diag(m))⁻¹ from a solver in the frame; residuals and iterations are those there. */
export function solverFromFrame(
  frame: DampingFrame,
  inner: HessianSolver,
  damping: Damping,
): HessianSolver {
  if (!frame.roots) return inner;
  return {
    ...inner,
    damping,
    solve: (b) => {
      const found = inner.solve(dividedByRoots(frame, b));
      return { ...found, x: dividedByRoots(frame, found.x) };
    },
    solveMany: (rightHandSides) => {
      const found = inner.solveMany(rowsDividedByRoots(frame, rightHandSides));
      return { ...found, x: rowsDividedByRoots(frame, found.x) };
    },
  };
}
