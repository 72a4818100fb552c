/**
 * Relevance that met a denominator of 0 at one node: the sum for each sample of the batch, and how
 * often.
 */
export interface ZeroDenominators {
  readonly relevance: Float64Array;
  count: number;
}

export const zeroDenominators = (capacity: number): ZeroDenominators => ({
  relevance: new Float64Array(capacity),
  count: 0,
});
