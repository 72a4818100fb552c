import { kroneckerSolver } from "../exact/kroneckerCurvature.js";
import { conjugateGradientSolver } from "./conjugateGradientSolver.js";
import { lissaSolver } from "./lissaSolver.js";
import { exactSolver } from "./solver.js";

/**
 * (H + λ1)⁻¹ by how it is made, each a `HessianSolver`, whose table says which is for what: from
 * the matrix, from products, from Kronecker factors, from products of batches.
 * @example
 * ```ts
 * import { core, hessian } from "phaselens";
 * const solver = hessian.solvers.exact(core.tensor([2, 2], [3, 0, 0, 15]), { damping: 1 });
 * console.log(Array.from(solver.solve(Float64Array.of(8, 32)).x)); // → [ 2, 2 ]
 * ```
 */
export const solvers: {
  readonly exact: typeof exactSolver;
  readonly conjugateGradient: typeof conjugateGradientSolver;
  readonly kronecker: typeof kroneckerSolver;
  readonly lissa: typeof lissaSolver;
} = {
  exact: exactSolver,
  conjugateGradient: conjugateGradientSolver,
  kronecker: kroneckerSolver,
  lissa: lissaSolver,
};
