import { takes } from "../core/arguments/takes.js";
import { kind, real, record, tensorOf } from "../core/arguments/kinds.js";
import { ShapeError } from "../core/errors.js";
import { axpy, tensor, type Tensor } from "../core/tensor.js";
import { makeArena } from "../kernels/arena.js";

/**
 * A real symmetric matrix that is known by what it does to a vector: a Hessian, a Hamiltonian, a
 * Dirac operator.
 */
export interface SymmetricOperator {
  readonly dimension: number;
  /** A v, in an array that the caller may keep; v is left alone. */
  apply(v: Float64Array): Float64Array;
}

const operatorOrMatrix = kind(
  "an operator { dimension, apply } or a matrix of core.tensor",
  (value) => typeof value === "object" && value !== null && ("apply" in value || "shape" in value),
);

/**
 * A + λ 1.
 * @param of  A, an operator or a matrix [n, n]
 * @throws ConfigError if λ is not a finite number, ShapeError if a matrix is not square
 */
export function damped(
  of: SymmetricOperator | Tensor,
  options: { readonly damping: number },
): SymmetricOperator {
  takes("damped", { of: [of, operatorOrMatrix], options: [options, record({ damping: real })] });
  const operator = "apply" in of ? of : denseOperator(of);
  const { damping } = options;
  return {
    dimension: operator.dimension,
    apply: (v) => {
      const result = operator.apply(v);
      axpy(damping, v, result);
      return result;
    },
  };
}

// Below, copying the matrix into an arena costs more than the products with it.
const IN_ARENA_FROM = 64;

/**
 * The operator of a matrix [n, n]; row i of A v is the product of row i with v. From 64 rows on the
 * matrix is copied: what becomes of it afterwards does not count.
 */
export function denseOperator(matrix: Tensor): SymmetricOperator {
  const n = squareDimension(matrix, "denseOperator");
  if (n >= IN_ARENA_FROM) return { dimension: n, apply: makeRowDots(matrix) };
  return {
    dimension: n,
    apply: (v) => {
      const result = new Float64Array(n);
      for (let i = 0, at = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++, at++) sum += matrix.data[at] * v[j];
        result[i] = sum;
      }
      return result;
    },
  };
}

/** v ↦ A v with A [n, n] in an arena. */
function makeRowDots(matrix: Tensor): (v: Float64Array) => Float64Array {
  const [n] = matrix.shape;
  const arena = makeArena({ doubles: n * n + 2 * n, integers: n + 1 });
  const [rows, vector, image] = [arena.doubles(n * n), arena.doubles(n), arena.doubles(n)];
  const [rowList, vectorList] = [arena.integers(n), arena.integers(1)];
  arena.f64.set(matrix.data, rows);
  arena.i32[vectorList] = vector;
  for (let i = 0; i < n; i++) arena.i32[rowList + i] = rows + i * n;
  return (v) => {
    arena.f64.set(v, vector);
    arena.f64.fill(0, image, image + n);
    arena.rowDots(1, n, n, vectorList, rowList, image, n);
    return arena.f64.slice(image, image + n);
  };
}

/**
 * The matrix of an operator, [n, n], column by column: n applications. For tests and for n up to a
 * few thousand.
 */
export function toDense(operator: SymmetricOperator): Tensor {
  const n = operator.dimension;
  const matrix = tensor([n, n]);
  const unit = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    unit[j] = 1;
    const column = operator.apply(unit);
    unit[j] = 0;
    for (let i = 0; i < n; i++) matrix.data[i * n + j] = column[i];
  }
  return matrix;
}

/**
 * n of a matrix [n, n].
 * @throws ShapeError if the matrix is not square or empty
 */
export function squareDimension(matrix: Tensor, caller: string): number {
  takes(caller, { matrix: [matrix, tensorOf(["…"])] });
  const [rows, columns] = matrix.shape;
  if (matrix.shape.length !== 2 || rows !== columns || rows === 0) {
    const { shape } = matrix;
    throw new ShapeError(
      `${caller}: expected a square matrix [n, n], got [${shape}]. Pass a symmetric matrix.`,
      { shape },
    );
  }
  return rows;
}
