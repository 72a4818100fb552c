import type { TBranch } from "jsroot/tree";
import {
  integerReader,
  type IntegerReader,
  type LargeIntegers,
} from "../../../core/files/largeIntegers.js";
import { basketsOf, readBasket, type Basket } from "./basket.js";
import type { BranchLayout } from "./branchLayout.js";
import { growingColumn } from "./growingColumn.js";
import type { RootColumn } from "./rootColumn.js";

/** Which entries, and how they are read. */
export interface BranchRange {
  readonly first: number;
  readonly count: number;
  readonly integers: LargeIntegers;
}

/** A list of std::vector: bytes and version, then the number of items. */
const [OBJECT, ITEMS] = [6, 4];

/**
 * Numbers of a branch of some layout, from its baskets.
 * @param what  what errors call the branch
 * @param read  bytes of the file
 * @throws RangeError where sizes in the file do not agree; DataError for an integer that no double
 *   equals, if these are not to be rounded, and as `read`
 */
export async function readBranch(
  branch: TBranch,
  layout: BranchLayout,
  what: string,
  { first, count, integers }: BranchRange,
  read: (at: number, length: number) => DataView,
): Promise<RootColumn> {
  const column = growingColumn(count, layout.single);
  let entry = first;
  const reader = integerReader(integers, () => `${what}: a number of entry ${entry}`);
  const end = first + count;
  for (const range of basketsOf(branch, first, end)) {
    const basket = await readBasket(branch, range, read);
    const take =
      layout.count === "list" ? listsOf(basket, layout, reader) : rowsOf(basket, layout, reader);
    for (entry = Math.max(first, range.first); entry < Math.min(end, range.end); entry++) {
      take(entry - range.first, column.room);
      column.close();
    }
  }
  return column.end();
}

/** Puts the numbers of an entry of a basket into the room that it asks for. */
type Take = (entry: number, room: (length: number) => { values: Float64Array; at: number }) => void;

function rowsOf(
  { bytes, entries, end }: Basket,
  layout: BranchLayout,
  integers: IntegerReader,
): Take {
  const { type, stride, offset } = layout;
  if (end !== entries * stride) {
    throw new RangeError(`a basket has ${end} bytes for ${entries} entries of ${stride}`);
  }
  const length = layout.count as number;
  return (entry, room) => {
    const { values, at } = room(length);
    const from = entry * stride + offset;
    for (let k = 0; k < length; k++)
      values[at + k] = type.read(bytes, from + k * type.bytes, false, integers);
  };
}

function listsOf(basket: Basket, { type, object }: BranchLayout, integers: IntegerReader): Take {
  const { bytes, entries, end } = basket;
  const head = object ? OBJECT + ITEMS : 0;
  return (entry, room) => {
    const from = entry === 0 ? (basket.offset(0) ?? 0) : basket.offset(entry);
    const to = entry + 1 < entries ? basket.offset(entry + 1) : end;
    if (from === undefined || to === undefined) {
      throw new RangeError("where its entries begin is not written down");
    }
    const length = (to - from - head) / type.bytes;
    const fits = from >= 0 && to <= end && Number.isInteger(length) && length >= 0;
    if (!fits || (object && bytes.getInt32(from + OBJECT) !== length)) {
      throw new RangeError(
        `an entry has ${to - from} bytes, which are no numbers of ${type.bytes}`,
      );
    }
    const { values, at } = room(length);
    for (let k = 0; k < length; k++) {
      values[at + k] = type.read(bytes, from + head + k * type.bytes, false, integers);
    }
  };
}
