import { NotConvergedError } from "../core/errors.js";
import { oneOf } from "../core/oneOf.js";
import { axpy, dot, norm, row, tensor, type Tensor } from "../core/tensor.js";
import { conjugateGradient } from "./conjugateGradient.js";
import { damped, type SymmetricOperator } from "./operator.js";
import { symmetricEigen } from "./symmetricEigen.js";

/** Options of Davidson's method. */
export interface DavidsonOptions {
  /** Start vectors [count, n]; their span must not miss any of the wanted eigenvectors. */
  readonly start: Tensor;
  /**
   * A number below the spectrum, near its lower end: corrections solve (A − shift) t = residual.
   */
  readonly shift: number;
  /** ‖A v − θ v‖ to reach, absolute. */
  readonly tolerance: number;
  /**
   * By default all pairs of the block must reach the tolerance; with "first", the others only where
   * they lie close to the first.
   */
  readonly wanted?: "all" | "first";
  /** An approximate inverse of A − shift, positive definite. */
  readonly preconditioner?: (residual: Float64Array) => Float64Array;
  readonly maxSteps?: number;
}

// A residual r turns an eigenvector by r / gap; a companion that is further away than this allows
// need not converge.
const ANGLE = 1e-10;
// A correction need not be better than this: the next step improves on it.
const CORRECTION_TOLERANCE = 1e-3;

/**
 * The `count` lowest eigenpairs by a block Davidson method: Rayleigh–Ritz in a growing space,
 * enlarged by (A − shift)⁻¹ times the residuals. Because the projected matrix is formed from A
 * itself, near-degenerate eigenvalues inside the block are told apart to rounding in A v, not to
 * rounding in (A − shift)⁻¹.
 *
 * @returns values ascending and unit vectors [count, n], with their residuals
 * @throws NotConvergedError after `maxSteps` (30), NumericalError if `shift` lies above the lowest
 *   eigenvalue
 */
export function davidson(
  operator: SymmetricOperator,
  options: DavidsonOptions,
): { values: Float64Array; vectors: Tensor; residuals: Float64Array } {
  const { start, shift, tolerance, wanted = "all", preconditioner, maxSteps = 30 } = options;
  oneOf(wanted, ["all", "first"], "davidson: wanted");
  const [count, n] = start.shape;
  const shifted = damped(operator, { damping: -shift });
  const basis: Float64Array[] = [];
  const images: Float64Array[] = [];
  const enlarge = (v: Float64Array): void => {
    const before = norm(v);
    for (let pass = 0; pass < 2; pass++) for (const b of basis) axpy(-dot(b, v), b, v);
    const length = norm(v);
    if (!(length > 1e-10 * before)) return; // nothing new in this direction
    basis.push(v.map((value) => value / length));
    images.push(operator.apply(basis[basis.length - 1]));
  };
  for (let k = 0; k < count; k++) enlarge(row(start, k).slice());

  for (let step = 0; ; step++) {
    const size = basis.length;
    const projected = tensor([size, size]);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++)
        projected.data[i * size + j] = projected.data[j * size + i] = dot(basis[i], images[j]);
    }
    const ritz = symmetricEigen(projected);
    const vectors = tensor([count, n]);
    const residuals = new Float64Array(count);
    const corrections: Float64Array[] = [];
    for (let k = 0; k < count; k++) {
      const v = row(vectors, k);
      const residual = new Float64Array(n);
      for (let i = 0; i < size; i++) {
        const weight = ritz.vectors.data[k * size + i];
        axpy(weight, basis[i], v);
        axpy(weight, images[i], residual);
      }
      axpy(-ritz.values[k], v, residual);
      residuals[k] = norm(residual);
      if (residuals[k] > tolerance) corrections.push(residual);
    }
    const settled = (k: number): boolean =>
      residuals[k] <= tolerance ||
      (wanted === "first" &&
        k > 0 &&
        residuals[0] <= ANGLE * (ritz.values[k] - residuals[k] - ritz.values[0]));
    if (residuals.every((_, k) => settled(k)))
      return { values: ritz.values.slice(0, count), vectors, residuals };
    const worst = Math.max(...residuals);
    if (step === maxSteps || size + corrections.length > n) {
      throw new NotConvergedError(
        `davidson: residual ${worst.toExponential(2)} after ${step} steps, ${tolerance.toExponential(2)} asked for. ` +
          "Move the shift closer to the lowest eigenvalue or loosen the tolerance.",
        { residuals, steps: step },
      );
    }
    for (const residual of corrections) {
      enlarge(
        conjugateGradient(shifted, residual, { tolerance: CORRECTION_TOLERANCE, preconditioner }).x,
      );
    }
  }
}
