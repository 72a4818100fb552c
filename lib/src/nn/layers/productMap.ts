/**
 * A product of two values at fixed shapes, y = a b, bilinear: its derivatives are itself and its
 * two transposes with other arguments. All arrays are batches [n, …].
 */
export interface ProductMap {
  /** Whether an entry of y is a sum of products. */
  readonly sums: boolean;
  /** y = a b, or y += a b if `add`. */
  apply(a: Float64Array, b: Float64Array, y: Float64Array, batch: number, add: boolean): void;
  /** out = ∂⟨g, a b⟩/∂a for k = 0, given b as `other`; ∂⟨g, a b⟩/∂b for k = 1, given a. */
  transposed(
    k: number,
    g: Float64Array,
    other: Float64Array,
    out: Float64Array,
    batch: number,
  ): void;
}
