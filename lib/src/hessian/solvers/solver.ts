import { optional, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { aDamping, aMatrix } from "../arguments.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import { squareDimension } from "../../linalg/operator.js";
import { checkGradients } from "../exact/checkGradients.js";
import { checkDamping, factorDamped, type Damping } from "./damping.js";
import { frameOf, hessianInFrame, solverFromFrame } from "./dampingFrame.js";
import type { HessianSolver, Solution, Solutions } from "./hessianSolver.js";

export type { HessianSolver, Solution, Solutions } from "./hessianSolver.js";

/**
 * Solves with a factorisation of H + λ1, or of H + λ diag(m), once for all right-hand sides: for P
 * up to a few thousand.
 * @param hessian         [P, P]
 * @param options.damping  λ, or λ with a scale m (default 0)
 * @throws NumericalError if H + λ1 is not positive definite; the message says which λ would do
 */
export function exactSolver(
  hessian: Tensor,
  options: { readonly damping?: Damping } = {},
): HessianSolver {
  takes("exactSolver", {
    hessian: [hessian, aMatrix],
    options: [options, record({ damping: optional(aDamping) })],
  });
  return factorisedSolver(hessian, options.damping ?? 0, "exactSolver");
}

/** `exactSolver` for a caller, which messages name. */
export function factorisedSolver(hessian: Tensor, damping: Damping, caller: string): HessianSolver {
  const dimension = squareDimension(hessian, caller);
  checkDamping(damping, caller, dimension);
  const frame = frameOf(damping);
  const factor = factorDamped(hessianInFrame(frame, hessian), frame.lambda, caller);
  const inner: HessianSolver = {
    method: "Cholesky",
    dimension,
    damping: frame.lambda,
    solve: (b) => ({ x: factor.solve(b), iterations: 0, relativeResidual: undefined }),
    solveMany: (rightHandSides) => ({
      x: factor.solveMany(rightHandSides),
      iterations: 0,
      relativeResidual: undefined,
    }),
  };
  return solverFromFrame(frame, inner, damping);
}

/** `solveMany` of a solver that knows one right-hand side at a time. */
export function oneByOne(
  dimension: number,
  solve: (b: Float64Array) => Solution,
  caller: string,
): (rightHandSides: Tensor) => Solutions {
  return (rightHandSides) => {
    checkGradients(caller, "right-hand sides", rightHandSides, dimension);
    const x = tensor(rightHandSides.shape);
    let iterations = 0;
    let relativeResidual: number | undefined;
    for (let r = 0; r < x.shape[0]; r++) {
      const one = solve(row(rightHandSides, r));
      row(x, r).set(one.x);
      iterations += one.iterations;
      if (one.relativeResidual !== undefined)
        relativeResidual = Math.max(relativeResidual ?? 0, one.relativeResidual);
    }
    return { x, iterations, relativeResidual };
  };
}
