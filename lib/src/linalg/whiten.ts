import { takes } from "../core/arguments/takes.js";
import { optional, real, record, tensorOf, vector } from "../core/arguments/kinds.js";
import { NumericalError, ShapeError } from "../core/errors.js";
import { axpy, row, tensor, type Tensor } from "../core/tensor.js";
import { rowProducts } from "./rowProducts.js";
import type { SymmetricEigen } from "./symmetricEigen.js";

/**
 * Vectors in coordinates in which a curvature is the same in all directions: (A + λ1)^(−1/2) v for
 * each row, [m, P]. There vᵀ(A + λ1)⁻¹w is an ordinary scalar product, and the level lines of δᵀ(A
 * + λ1)δ are circles.
 *
 * @param eigen            all eigenvalues and eigenvectors of A
 * @param vectors          [m, P]
 * @param options.damping  λ (default 0)
 * @throws ShapeError if the vectors do not have P components, NumericalError if A + λ1 is not
 *   positive definite
 */
export function whiten(
  eigen: SymmetricEigen,
  vectors: Tensor,
  options: { readonly damping?: number } = {},
): Tensor {
  takes("whiten", {
    eigen: [eigen, record({ values: vector(), vectors: tensorOf(["n", "n"]) }, "eigenvalues")],
    vectors: [vectors, tensorOf(["m", "P"])],
    options: [options, record({ damping: optional(real) })],
  });
  const { damping = 0 } = options;
  const P = eigen.values.length;
  if (vectors.shape.length !== 2 || vectors.shape[1] !== P) {
    throw new ShapeError(
      `whiten: vectors must have shape [m, ${P}], got [${vectors.shape}]. Pass one vector a row.`,
    );
  }
  if (eigen.vectors.shape.join() !== [P, P].join())
    throw new ShapeError(
      `whiten: ${P} eigenvalues need eigenvectors of shape [${P}, ${P}], got [${eigen.vectors.shape}].`,
    );
  const least = eigen.values.reduce((one, other) => Math.min(one, other), Infinity);
  const lowest = least + damping;
  if (!(lowest > 0)) {
    throw new NumericalError(
      `whiten: the lowest eigenvalue with damping ${damping} is ${lowest}; it must be positive. Use a damping > ${-least}.`,
    );
  }
  const components = rowProducts(vectors, eigen.vectors);
  const result = tensor(vectors.shape);
  for (let m = 0; m < vectors.shape[0]; m++) {
    for (let k = 0; k < P; k++)
      axpy(
        components.data[m * P + k] / Math.sqrt(eigen.values[k] + damping),
        row(eigen.vectors, k),
        row(result, m),
      );
  }
  return result;
}
