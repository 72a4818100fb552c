import { takes } from "../../core/arguments/takes.js";
import { numbers, real } from "../../core/arguments/kinds.js";
/**
 * A function of one entry of an input, a weight or a bias: x(x_i), w(W_ji), b(b_j) of a rule.
 * `feature` is the entry's place in one input sample; only bounds that differ between features look
 * at it.
 */
export interface EntryMap {
  readonly name: string;
  of(value: number, feature: number): number;
  /** The same for every value: sums made of it do not depend on the data and are computed once. */
  readonly constant?: boolean;
  /** Entries that can be prescribed, where the map holds one number a feature. */
  readonly features?: number;
}

/** v itself. */
export const identity: EntryMap = { name: "v", of: (value) => value };
/** max(v, 0). */
export const positive: EntryMap = { name: "v⁺", of: (value) => (value > 0 ? value : 0) };
/** min(v, 0). */
export const negative: EntryMap = { name: "v⁻", of: (value) => (value < 0 ? value : 0) };
/** |v|. */
export const modulus: EntryMap = { name: "|v|", of: Math.abs };
/** c |v|. */
export const timesModulus = (factor: number): EntryMap => ({
  name: `${factor} |v|`,
  of: (value) => factor * Math.abs(value),
});
/** v². */
export const square: EntryMap = { name: "v²", of: (value) => value * value };
/** 1, whatever v is. */
export const one: EntryMap = { name: "1", of: () => 1, constant: true };
/** 0: the term does not see v. */
export const zero: EntryMap = { name: "0", of: () => 0, constant: true };

/** One number for all features, or one for each. */
export function constant(value: number | ArrayLike<number>): EntryMap {
  takes("constant", { value: [value, typeof value === "number" ? real : numbers(1)] });
  if (typeof value === "number") return { name: `${value}`, of: () => value, constant: true };
  const values = Float64Array.from(value);
  return {
    name: "constant",
    of: (_value, feature) => values[feature],
    constant: true,
    features: values.length,
  };
}

/**
 * The maps that rules are made of, by name: v, v⁺, v⁻, v², 1, 0, and `constant(c)`, c itself.
 * @example
 * ```ts
 * import { lrp } from "phaselens";
 * console.log(lrp.maps.positive.of(-2, 0), lrp.maps.square.of(-2, 0)); // → 0 4
 * ```
 */
export const maps: {
  readonly identity: EntryMap;
  readonly positive: EntryMap;
  readonly negative: EntryMap;
  readonly square: EntryMap;
  readonly one: EntryMap;
  readonly zero: EntryMap;
  readonly constant: typeof constant;
} = { identity, positive, negative, square, one, zero, constant };

/** v + γ v⁺. */
export function favourPositive(gamma: number): EntryMap {
  return { name: `v + ${gamma} v⁺`, of: (value) => (value > 0 ? (1 + gamma) * value : value) };
}

/** v + γ v⁻. */
export function favourNegative(gamma: number): EntryMap {
  return { name: `v + ${gamma} v⁻`, of: (value) => (value < 0 ? (1 + gamma) * value : value) };
}

export function isNonNegative(values: Float64Array, count: number): boolean {
  for (let p = 0; p < count; p++) if (values[p] < 0) return false;
  return true;
}

/**
 * map(x) over `samples` rows of `features` entries: x itself where that is the same (the positive
 * part after a ReLU), otherwise written to
 * `into`; undefined if all of it is 0.
 */
export function mapped(
  map: EntryMap,
  x: Float64Array,
  into: Float64Array,
  samples: number,
  features: number,
  nonNegative: boolean,
): Float64Array | undefined {
  if (map === identity || (nonNegative && map === positive)) return x;
  if (nonNegative && map === negative) return undefined;
  mapEntries(map, x, into, samples, features);
  for (let p = 0; p < samples * features; p++) if (into[p] !== 0) return into;
  return undefined;
}

/**
 * out = map(from). The common maps have loops of their own, since a call for each entry would cost
 * more than the product that follows.
 */
export function mapEntries(
  map: EntryMap,
  from: Float64Array,
  out: Float64Array,
  samples: number,
  features: number,
): void {
  const count = samples * features;
  if (map === positive)
    // no branch on signs that cannot be predicted
    for (let p = 0; p < count; p++) out[p] = Math.max(from[p], 0);
  else if (map === negative) for (let p = 0; p < count; p++) out[p] = from[p] < 0 ? from[p] : 0;
  else
    for (let n = 0, p = 0; n < samples; n++)
      for (let f = 0; f < features; f++, p++) out[p] = map.of(from[p], f);
}
