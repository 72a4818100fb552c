import type { RootColumn } from "./rootColumn.js";

/** A column that is filled entry by entry. */
export interface GrowingColumn {
  /** Room for so many numbers of the entry. */
  room(length: number): { values: Float64Array; at: number };
  /** The entry has all its numbers. */
  close(): void;
  end(): RootColumn;
}

/** Of one column, 1 GiB of doubles: what a file says is held against it before memory is taken. */
export const MOST_NUMBERS: number = 2 ** 27;

/**
 * A column of some entries. Lists grow by doubling: how long they are is known only when all are
 * read.
 * @param single  one number an entry, no list
 */
export function growingColumn(entries: number, single: boolean): GrowingColumn {
  let values = new Float64Array(entries);
  const offsets = new Int32Array(single ? 0 : entries + 1);
  let [row, used] = [0, 0];
  const place = { values, at: 0 };
  return {
    room(length) {
      if (used + length > values.length) {
        if (used + length > MOST_NUMBERS) {
          throw new RangeError(
            `there are more than ${MOST_NUMBERS} numbers; read the entries in parts`,
          );
        }
        const grown = new Float64Array(
          Math.min(MOST_NUMBERS, Math.max(2 * values.length, used + length)),
        );
        grown.set(values.subarray(0, used));
        place.values = values = grown;
      }
      place.at = used;
      used += length;
      return place;
    },
    close() {
      row++;
      if (!single) offsets[row] = used;
    },
    end: () => (single ? values : { values: values.slice(0, used), offsets }),
  };
}
