import { DataError } from "../errors.js";
import { oneOf } from "../oneOf.js";

/**
 * What is done with an integer of a file that no double is equal to, which is most of those beyond
 * ±2⁵³: "exact" refuses the file, "rounded" takes the nearest double. Integers that a double equals
 * are read as they are, 2⁵³ + 2 and 2⁶⁰ too. All readers have this option and this default.
 */
export type LargeIntegers = "exact" | "rounded";

/** Integers of up to 64 bits of a file as doubles. */
export interface IntegerReader {
  /** The signed integer of eight bytes at `at`. */
  signed(view: DataView, at: number, little: boolean): number;
  /** The unsigned one. */
  unsigned(view: DataView, at: number, little: boolean): number;
  /** A double for an integer. @throws DataError if there is none and rounding was not asked for */
  of(exact: bigint): number;
}

/** Beyond 2⁵³ the high word of 64 bits is at least this. */
const LARGE = 2 ** 21;

/**
 * Reads integers by the rule of `LargeIntegers`.
 * @param where  what the error calls the place, asked for when it is needed: `x.npy: entry 3`
 */
export function integerReader(large: LargeIntegers, where: () => string): IntegerReader {
  oneOf(large, ["exact", "rounded"], "integers");
  const of = (exact: bigint): number => {
    const value = Number(exact);
    if (large === "rounded" || BigInt(value) === exact) return value;
    const fact = `${where()} is ${exact}, beyond the integers a double holds exactly (2^53)`;
    const cure = 'Leave it out, or give integers: "rounded" if the nearest double is meant';
    throw new DataError(`${fact}. ${cure}.`, { value: exact });
  };
  return {
    signed(view, at, little) {
      const high = view.getInt32(little ? at + 4 : at, little);
      if (high >= -LARGE && high < LARGE) {
        return high * 2 ** 32 + view.getUint32(little ? at : at + 4, little);
      }
      return of(view.getBigInt64(at, little));
    },
    unsigned(view, at, little) {
      const high = view.getUint32(little ? at + 4 : at, little);
      if (high < LARGE) return high * 2 ** 32 + view.getUint32(little ? at : at + 4, little);
      return of(view.getBigUint64(at, little));
    },
    of,
  };
}
