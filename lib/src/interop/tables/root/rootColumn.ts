/**
 * A list of numbers for each entry: those of entry e are values[offsets[e]] … values[offsets[e +
 * 1] − 1].
 */
export interface JaggedColumn {
  readonly values: Float64Array;
  /** [entries + 1], the first 0. */
  readonly offsets: Int32Array;
}

/** One number an entry, or a list of them. Whole numbers beyond 2^53 are rounded. */
export type RootColumn = Float64Array | JaggedColumn;

/** Whether a column has a list for each entry. */
export const isJagged = (column: RootColumn): column is JaggedColumn =>
  !(column instanceof Float64Array);
