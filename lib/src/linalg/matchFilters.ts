import { ShapeError } from "../core/errors.js";
import { checkFinite, dot, norm, row, tensor, type Tensor } from "../core/tensor.js";
import { assignment } from "./assignment.js";

/** Two filters that belong together, and how alike they are. */
export interface FilterMatch {
  /**
   * The filter of the other network that belongs to each, −1 for those left over where it has
   * fewer. [filters]
   */
  readonly index: Int32Array;
  /**
   * Cosine of the angle between the two, 0 without a partner; a negative one says that the partner
   * has the opposite sign. [filters]
   */
  readonly similarity: Float64Array;
  /** +1 or −1: the partner times it points the same way. [filters] */
  readonly sign: Int8Array;
}

/**
 * Which filter of another network belongs to each filter of this one, so that the same filter of
 * networks trained from different seeds can be averaged: the one-to-one assignment with the largest
 * sum of |cosine similarity|.
 *
 * A filter that vanished has similarity 0 with all; it gets what the others leave.
 * @param filters  [filters, …weights]
 * @param others   [other filters, …weights]
 * @param options.upToSign  false: filters of opposite sign are as unlike as can be; true by default
 * @throws ShapeError if the weights of a filter differ in shape, NumericalError for NaN or ±∞
 */
export function matchFilters(
  filters: Tensor,
  others: Tensor,
  options: { readonly upToSign?: boolean } = {},
): FilterMatch {
  const { upToSign = true } = options;
  const [weights, otherWeights] = [filters.shape.slice(1), others.shape.slice(1)];
  if (filters.shape.length < 2 || String(weights) !== String(otherWeights)) {
    const fact = `filters of shape [${filters.shape}] and [${others.shape}]`;
    throw new ShapeError(
      `matchFilters: ${fact}; both must be [filters, …weights], with equal weights.`,
      {
        filters: filters.shape,
        others: others.shape,
      },
    );
  }
  checkFinite(filters.data, "matchFilters, filters");
  checkFinite(others.data, "matchFilters, others");
  const [n, m] = [filters.shape[0], others.shape[0]];
  const cosine = tensor([n, m]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const [a, b] = [row(filters, i), row(others, j)];
      const lengths = norm(a) * norm(b);
      cosine.data[i * m + j] = lengths > 0 ? Math.max(-1, Math.min(1, dot(a, b) / lengths)) : 0;
    }
  }
  const { columns } = assignment(
    tensor(
      [n, m],
      cosine.data.map((value) => (upToSign ? -Math.abs(value) : -value)),
    ),
  );
  const similarity = Float64Array.from(columns, (j, i) => (j < 0 ? 0 : cosine.data[i * m + j]));
  return {
    index: columns,
    similarity,
    sign: Int8Array.from(similarity, (value) => (upToSign && value < 0 ? -1 : 1)),
  };
}
