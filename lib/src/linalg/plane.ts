import { takes } from "../core/arguments/takes.js";
import { count as whole, positive, real, record, vector } from "../core/arguments/kinds.js";
import { NumericalError, ShapeError } from "../core/errors.js";
import { axpy, dot, norm } from "../core/tensor.js";
import type { SymmetricOperator } from "./operator.js";

/** A plane through the origin of R^P, by two orthonormal vectors. */
export interface Plane {
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** Components of v along the plane's vectors, and how much of v they are. */
  project(v: Float64Array): InPlane;
  /** The form δᵀAδ/2 for δ in the plane. */
  restrict(operator: SymmetricOperator): QuadraticForm;
}

/** A vector as the plane sees it. */
export interface InPlane {
  /** Components along `first` and `second`. */
  readonly x: number;
  readonly y: number;
  /** Length of the part in the plane over that of the vector, 0 … 1; 1 for a vector of length 0. */
  readonly share: number;
}

// What is left of the second vector beside the first one, relative to its length: below this it is
// rounding
const PARALLEL = 1e-10;

/**
 * The plane of two vectors: `first` points along a, `second` along what b has beside it.
 * @throws ShapeError if their lengths differ, NumericalError if they are parallel, or one of them
 *   is zero or not finite
 */
export function planeOf(a: Float64Array, b: Float64Array): Plane {
  takes("planeOf", { a: [a, vector()], b: [b, vector()] });
  if (a.length !== b.length)
    throw new ShapeError(
      `planeOf: vectors of ${a.length} and ${b.length} components; they must be as long as each other.`,
    );
  const first = unit(a);
  const second = unit(b);
  for (let pass = 0; pass < 2; pass++) {
    // once more for what rounding leaves
    axpy(-dot(first, second), first, second);
    const rest = norm(second);
    if (!(rest > PARALLEL))
      throw new NumericalError(
        `planeOf: the vectors are parallel to ${rest.toExponential(1)} and span no plane. Pass another second vector.`,
      );
    for (let p = 0; p < second.length; p++) second[p] /= rest;
  }
  return {
    first,
    second,
    project: (v) => projected(first, second, v),
    restrict: (operator) => restricted(first, second, operator),
  };
}

function unit(v: Float64Array): Float64Array {
  const length = norm(v);
  if (!(length > 0 && Number.isFinite(length)))
    throw new NumericalError(
      `planeOf: a vector of length ${length} has no direction. Pass two finite, non-zero vectors.`,
    );
  return v.map((value) => value / length);
}

function projected(first: Float64Array, second: Float64Array, v: Float64Array): InPlane {
  const [x, y] = [dot(first, v), dot(second, v)];
  const length = norm(v);
  return { x, y, share: length > 0 ? Math.min(1, Math.hypot(x, y) / length) : 1 };
}

/** A quadratic form ½(xx·x² + 2 xy·x y + yy·y²) of two variables. */
export interface QuadraticForm {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

function restricted(
  first: Float64Array,
  second: Float64Array,
  operator: SymmetricOperator,
): QuadraticForm {
  const [ofFirst, ofSecond] = [operator.apply(first), operator.apply(second)];
  return { xx: dot(first, ofFirst), xy: dot(first, ofSecond), yy: dot(second, ofSecond) };
}

/**
 * The closed curve on which a positive definite form has the given value: `count` points, the first
 * one repeated at the end.
 * @throws NumericalError unless the form is positive definite and the level positive
 */
export function contourOf(
  form: QuadraticForm,
  level: number,
  count: number = 120,
): { readonly x: number; readonly y: number }[] {
  takes("contourOf", {
    form: [form, record({ xx: real, xy: real, yy: real }, "a form { xx, xy, yy }")],
    level: [level, positive],
    count: [count, whole(1)],
  });
  const { xx, xy, yy } = form;
  const determinant = xx * yy - xy * xy;
  if (!(xx > 0 && determinant > 0 && level > 0)) {
    throw new NumericalError(
      `contourOf: level ${level} of a form with determinant ${determinant} is no ellipse. Add a damping that makes it positive definite.`,
    );
  }
  // Cholesky, L Lᵀ: the form is ½|Lᵀδ|², so δ = L⁻ᵀ r on a circle r
  const l11 = Math.sqrt(xx);
  const [l21, l22] = [xy / l11, Math.sqrt(determinant / xx)];
  const radius = Math.sqrt(2) * Math.sqrt(level);
  return Array.from({ length: count + 1 }, (_, k) => {
    const angle = (2 * Math.PI * (k % count)) / count;
    const y = (radius * Math.sin(angle)) / l22;
    return { x: (radius * Math.cos(angle) - l21 * y) / l11, y };
  });
}
