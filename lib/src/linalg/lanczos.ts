import { ConfigError, NotConvergedError } from "../core/errors.js";
import { oneOf } from "../core/oneOf.js";
import type { Rng } from "../core/random/rng.js";
import { axpy, checkFinite, dot, norm, row, tensor, type Tensor } from "../core/tensor.js";
import type { SymmetricOperator } from "./operator.js";
import { symmetricEigen } from "./symmetricEigen.js";

/** Options of Lanczos' method. */
export interface LanczosOptions {
  /** How many eigenpairs; 1 by default. */
  readonly count?: number;
  /** From which end of the spectrum; the lowest by default. */
  readonly which?: "lowest" | "highest";
  /** Residual ‖A v − θ v‖ to reach, in units of the largest |eigenvalue| seen; 1e-10 by default. */
  readonly tolerance?: number;
  /**
   * Largest Krylov space, each vector of which is kept; at most the dimension, by default max(200,
   * 20 count).
   */
  readonly maxSteps?: number;
  /** Random start vector; without it a fixed one that no lattice symmetry leaves invariant. */
  readonly rng?: Rng;
  /** Return what there is after `maxSteps` instead of throwing; `residuals` say how good it is. */
  readonly partial?: boolean;
}

/**
 * Extreme eigenpairs: values ascending, row k of `vectors` [count, n] belongs to values[k],
 * residuals[k] = ‖A v − θ v‖ (recomputed).
 */
export interface LanczosResult {
  readonly values: Float64Array;
  readonly vectors: Tensor;
  readonly residuals: Float64Array;
  readonly steps: number;
}

// Solving the projected problem costs k³, so it is looked at only every few steps.
const CHECK_EVERY = 8;

/**
 * Extreme eigenpairs of a symmetric operator by Lanczos' method with full re-orthogonalisation
 * (twice is enough: Parlett 1980).
 *
 * A Krylov space holds one vector of each eigenspace: a repeated eigenvalue shows its second copy
 * only once the first is found to rounding and the space breaks down, upon which a new direction is
 * drawn. Pairs closer than the tolerance may be mixed.
 *
 * @throws NotConvergedError with the residuals if they exceed the tolerance after `maxSteps`,
 *   unless `partial`
 */
export function lanczos(operator: SymmetricOperator, options: LanczosOptions = {}): LanczosResult {
  const n = operator.dimension;
  const { count = 1, which = "lowest", tolerance = 1e-10, rng, partial = false } = options;
  oneOf(which, ["lowest", "highest"], "lanczos: which");
  if (!Number.isInteger(count) || count < 1 || count > n) {
    throw new ConfigError(
      `lanczos: count must be an integer from 1 to the dimension ${n}, got ${count}. Ask for fewer eigenpairs.`,
    );
  }
  const maxSteps = Math.max(count, Math.min(n, options.maxSteps ?? Math.max(200, 20 * count)));
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const coupling: number[] = []; // coupling[k] between basis vectors k and k + 1
  let next = unitStart(n, rng);
  let draws = 0;
  for (;;) {
    basis.push(next);
    const image = operator.apply(next);
    checkFinite(image, "lanczos, operator applied to a vector");
    diagonal.push(dot(next, image));
    orthogonalise(image, basis);
    const size = Math.max(...diagonal.map(Math.abs), ...coupling, Number.MIN_VALUE);
    let length = norm(image);
    const steps = basis.length;
    const brokenDown = length <= n * Number.EPSILON * size;
    if (steps === maxSteps || (steps >= count && (brokenDown || steps % CHECK_EVERY === 0))) {
      const ritz = symmetricEigen(projected(diagonal, coupling));
      const chosen = Array.from({ length: count }, (_, k) =>
        which === "lowest" ? k : steps - count + k,
      );
      const scale = Math.max(Math.abs(ritz.values[0]), Math.abs(ritz.values[steps - 1]));
      const estimate = Math.max(
        ...chosen.map((k) => Math.abs(length * ritz.vectors.data[k * steps + steps - 1])),
      );
      const converged =
        estimate <= tolerance * scale && (steps >= Math.min(n, 2 * count + 2) || brokenDown);
      if (converged || steps === maxSteps) {
        const result = collect(operator, basis, ritz.values, ritz.vectors, chosen);
        // the recomputed residuals carry rounding of the operator itself: allow for it
        const worst = Math.max(...result.residuals);
        if (partial || worst <= tolerance * scale + 100 * Math.sqrt(n) * Number.EPSILON * scale)
          return result;
        if (steps === maxSteps) {
          throw new NotConvergedError(
            `lanczos: residual ${worst.toExponential(2)} after ${steps} steps, ${(tolerance * scale).toExponential(2)} asked for. ` +
              "Raise maxSteps, loosen the tolerance, or ask for fewer eigenpairs.",
            { residuals: result.residuals, steps },
          );
        }
      }
    }
    if (brokenDown) {
      // an invariant space: go on in its complement, uncoupled
      length = 0;
      next = unitStart(n, rng, ++draws);
      orthogonalise(next, basis);
      const rest = norm(next);
      for (let i = 0; i < n; i++) next[i] /= rest;
    } else {
      next = image.map((value) => value / length);
    }
    coupling.push(length);
  }
}

/**
 * Removes the components along the basis, twice: the second pass takes what rounding left of the
 * first.
 */
function orthogonalise(v: Float64Array, basis: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) for (const b of basis) axpy(-dot(b, v), b, v);
}

/**
 * A unit vector: normal deviates, or fractional parts of multiples of an irrational number that
 * changes with `draw`.
 */
function unitStart(n: number, rng: Rng | undefined, draw = 0): Float64Array {
  // never a square: (2 draw + 1)² + 4 + draw
  const irrational = Math.sqrt(5 + 4 * draw * (draw + 1) + draw);
  const v = Float64Array.from({ length: n }, (_, i) =>
    rng ? rng.normal() : 0.25 + (((i + 1) * irrational) % 1),
  );
  const length = norm(v);
  return v.map((value) => value / length);
}

function projected(diagonal: readonly number[], coupling: readonly number[]): Tensor {
  const steps = diagonal.length;
  const matrix = tensor([steps, steps]);
  for (let k = 0; k < steps; k++) {
    matrix.data[k * steps + k] = diagonal[k];
    if (k + 1 < steps)
      matrix.data[k * steps + k + 1] = matrix.data[(k + 1) * steps + k] = coupling[k];
  }
  return matrix;
}

function collect(
  operator: SymmetricOperator,
  basis: readonly Float64Array[],
  ritzValues: Float64Array,
  ritzVectors: Tensor,
  chosen: readonly number[],
): LanczosResult {
  const values = Float64Array.from(chosen, (k) => ritzValues[k]);
  const vectors = tensor([chosen.length, operator.dimension]);
  const residuals = new Float64Array(chosen.length);
  chosen.forEach((k, c) => {
    const v = row(vectors, c);
    const weights = row(ritzVectors, k);
    basis.forEach((b, step) => axpy(weights[step], b, v));
    const residual = operator.apply(v);
    axpy(-values[c], v, residual);
    residuals[c] = norm(residual);
  });
  return { values, vectors, residuals, steps: basis.length };
}
