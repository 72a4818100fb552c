import { row, tensor, type Tensor } from "../core/tensor.js";
import { squareDimension } from "../linalg/operator.js";
import { checkGradients } from "./checkGradients.js";
import { checkDamping, factorDamped, type Damping } from "./damping.js";
import { frameOf, hessianInFrame, solverFromFrame } from "./dampingFrame.js";

/** x ≈ (H + λ1)⁻¹ b with the facts of its making. */
export interface Solution {
  readonly x: Float64Array;
  /** Products with H (or with its batches); 0 for a direct solver. */
  readonly iterations: number;
  /** ‖b − (H + λ1) x‖ / ‖b‖, recomputed with the whole of H; undefined where H itself is not at hand or was factorised. */
  readonly relativeResidual: number | undefined;
}

/** Row r of `x` [m, P] belongs to row r of the right-hand sides. */
export interface Solutions {
  readonly x: Tensor;
  /** All of them together. */
  readonly iterations: number;
  /** The largest. */
  readonly relativeResidual: number | undefined;
}

/**
 * (H + λ1)⁻¹ as something to apply. Everything that needs an inverse Hessian takes one of these, however it is made:
 *
 * | maker                     | H known as          | answer                         | cost of a solve                 |
 * |---------------------------|---------------------|--------------------------------|---------------------------------|
 * | `exactSolver`             | matrix [P, P]       | exact to rounding              | P², after P³/3 once             |
 * | `conjugateGradientSolver` | products            | to a tolerance that is checked | some ten to some hundred products |
 * | `lissaSolver`             | products of batches | noisy, its residual is checked | depth × repetitions batches     |
 * | `kroneckerSolver`         | Kronecker factors   | that of an approximate H       | less than one product           |
 */
export interface HessianSolver {
  /** For reports: "Cholesky", "conjugate gradients", "LiSSA", "EK-FAC". */
  readonly method: string;
  /** P. */
  readonly dimension: number;
  /** λ, or λ with the scale that it was made with. */
  readonly damping: Damping;
  solve(b: Float64Array): Solution;
  solveMany(rightHandSides: Tensor): Solutions;
}

/**
 * Solves with a factorisation of H + λ1, or of H + λ diag(m), once for all right-hand sides: for P up to a few thousand.
 * @param hessian [P, P]
 * @throws NumericalError if H + λ1 is not positive definite; the message says which λ would do
 */
export function exactSolver(hessian: Tensor, damping: Damping = 0, caller: string = "exactSolver"): HessianSolver {
  const dimension = squareDimension(hessian, caller);
  checkDamping(damping, caller, dimension);
  const frame = frameOf(damping);
  const factor = factorDamped(hessianInFrame(frame, hessian), frame.lambda, caller);
  const inner: HessianSolver = {
    method: "Cholesky",
    dimension,
    damping: frame.lambda,
    solve: (b) => ({ x: factor.solve(b), iterations: 0, relativeResidual: undefined }),
    solveMany: (rightHandSides) => ({ x: factor.solveMany(rightHandSides), iterations: 0, relativeResidual: undefined }),
  };
  return solverFromFrame(frame, inner, damping);
}

/** `solveMany` of a solver that knows one right-hand side at a time. */
export function oneByOne(dimension: number, solve: (b: Float64Array) => Solution, caller: string): (rightHandSides: Tensor) => Solutions {
  return (rightHandSides) => {
    checkGradients(caller, "right-hand sides", rightHandSides, dimension);
    const x = tensor(rightHandSides.shape);
    let iterations = 0;
    let relativeResidual: number | undefined;
    for (let r = 0; r < x.shape[0]; r++) {
      const one = solve(row(rightHandSides, r));
      row(x, r).set(one.x);
      iterations += one.iterations;
      if (one.relativeResidual !== undefined) relativeResidual = Math.max(relativeResidual ?? 0, one.relativeResidual);
    }
    return { x, iterations, relativeResidual };
  };
}
