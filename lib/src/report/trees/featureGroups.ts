import { correlation, ranks } from "../../core/statistics/statistics.js";
import type { Tensor } from "../../core/tensor.js";

/** Groups are joined while the mean |Spearman correlation| between them is at least this. */
export const JOINED = 0.5;

/** Features that say much the same. */
export interface FeatureGroup {
  readonly features: readonly number[];
  /** Mean |Spearman correlation| of the pairs in it; undefined for one feature. */
  readonly correlation: number | undefined;
}

/**
 * Features in groups by |Spearman correlation|: average linkage, which joins the two nearest groups
 * until the nearest are less alike than `JOINED`. Pairs of which fewer than three samples have both
 * values, and constants, are not alike.
 * @param x         [n, features], NaN where a value is missing
 * @param features  those that are grouped
 */
export function featureGroups(x: Tensor, features: readonly number[]): FeatureGroup[] {
  const alike = similarities(x, features);
  const between = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, i) => b.reduce((own, j) => own + alike[i][j], sum), 0) / (a.length * b.length);
  const groups = features.map((_, k) => [k]);
  while (groups.length > 1) {
    let [first, second, most] = [0, 0, -1];
    for (let a = 0; a < groups.length; a++)
      for (let b = a + 1; b < groups.length; b++) {
        const own = between(groups[a], groups[b]);
        if (own > most) [first, second, most] = [a, b, own];
      }
    if (most < JOINED) break;
    groups[first].push(...groups.splice(second, 1)[0]);
  }
  return groups.map((own) => ({
    features: own.map((k) => features[k]),
    correlation: own.length > 1 ? within(own, alike) : undefined,
  }));
}

function within(group: readonly number[], alike: readonly Float64Array[]): number {
  let sum = 0;
  for (const i of group) for (const j of group) if (i !== j) sum += alike[i][j];
  return sum / (group.length * (group.length - 1));
}

function similarities(x: Tensor, features: readonly number[]): Float64Array[] {
  const columns = features.map((k) => columnOf(x, k));
  const whole = columns.map((own) => (own.some(Number.isNaN) ? undefined : ranks(own)));
  const found = columns.map(() => new Float64Array(columns.length));
  for (let i = 0; i < columns.length; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [whole[i], whole[j]];
      const pair = a && b ? ([a, b] as const) : rankedPairs(columns[i], columns[j]);
      found[i][j] = found[j][i] = strength(...pair);
    }
  return found;
}

const columnOf = ({ shape: [n, width], data }: Tensor, k: number): Float64Array =>
  Float64Array.from({ length: n }, (_, s) => data[s * width + k]);

/** Ranks among the samples that have both values. */
function rankedPairs(a: Float64Array, b: Float64Array): [Float64Array, Float64Array] {
  const both = Array.from(a.keys()).filter((s) => !Number.isNaN(a[s]) && !Number.isNaN(b[s]));
  return [ranks(both.map((s) => a[s])), ranks(both.map((s) => b[s]))];
}

/** |correlation|, 0 where there is none. */
function strength(a: Float64Array, b: Float64Array): number {
  const constant = (own: Float64Array): boolean => own.every((value) => value === own[0]);
  return a.length < 3 || constant(a) || constant(b) ? 0 : Math.abs(correlation(a, b));
}
