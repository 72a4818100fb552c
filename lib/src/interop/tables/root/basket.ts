import type { TBasket, TBranch } from "jsroot/tree";
import { unpack } from "./unpack.js";

/** Some entries of a branch, unpacked. */
export interface Basket {
  /** What is said of the entries, without the header. */
  readonly bytes: DataView;
  readonly entries: number;
  /** Where the entries end; offsets follow. */
  readonly end: number;
  /** Where each entry begins, if that is written down. */
  offset(entry: number): number | undefined;
}

/** The first entry of each basket, and the end of the last. */
export interface BasketRange {
  readonly basket: number;
  readonly first: number;
  readonly end: number;
}

/** No header has fewer bytes: sizes, date, places, then 19 of the basket. */
const LEAST_HEADER = 45;

/**
 * Baskets with entries in [first, end), in their order.
 * @throws RangeError if they do not follow one another, or do not reach the end
 */
export function basketsOf(branch: TBranch, first: number, end: number): BasketRange[] {
  const inTree = branch.fBaskets?.arr ?? [];
  const count = branch.fWriteBasket + (inTree[branch.fWriteBasket] ? 1 : 0);
  const last = (branch.fFirstEntry ?? 0) + branch.fEntries;
  const found: BasketRange[] = [];
  for (let k = 0; k < count; k++) {
    const begin = branch.fBasketEntry[k];
    const next = k + 1 < count ? branch.fBasketEntry[k + 1] : last;
    if (!(begin >= 0 && next >= begin && next <= last)) {
      throw new RangeError(`basket ${k} has the entries from ${begin} to ${next} of ${last}`);
    }
    if (begin < end && next > first) found.push({ basket: k, first: begin, end: next });
  }
  const reached = found.length > 0 && found[0].first <= first && found[found.length - 1].end >= end;
  if (!reached) throw new RangeError(`its baskets do not have the entries from ${first} to ${end}`);
  return found;
}

/**
 * Reads a basket of a branch.
 * @param read  bytes of the file
 * @throws RangeError for one whose sizes do not agree
 */
export async function readBasket(
  branch: TBranch,
  { basket, first, end }: BasketRange,
  read: (at: number, length: number) => DataView,
): Promise<Basket> {
  const inTree = branch.fBaskets?.arr?.[basket];
  const found = inTree
    ? heldBasket(inTree)
    : await writtenBasket(read(branch.fBasketSeek[basket], branch.fBasketBytes[basket]));
  if (found.entries !== end - first) {
    throw new RangeError(
      `basket ${basket} has ${found.entries} entries, the branch says ${end - first}`,
    );
  }
  return found;
}

/**
 * A basket that was written on its own: sizes and the length of the header first, entries, end and
 * a flag at the end of the header, then what may be packed.
 */
async function writtenBasket(blob: DataView): Promise<Basket> {
  const header = blob.byteLength < LEAST_HEADER ? 0 : blob.getInt16(14);
  if (header < LEAST_HEADER || header > blob.byteLength || blob.getInt32(0) !== blob.byteLength) {
    throw new RangeError("a basket is not where the branch says");
  }
  const [size, entries] = [blob.getInt32(6), blob.getInt32(header - 9)];
  const end = blob.getInt32(header - 5) - header;
  const packed = new DataView(blob.buffer, blob.byteOffset + header, blob.byteLength - header);
  const bytes = await unpack(packed, size);
  if (!bytes) throw new RangeError(`a basket cannot be unpacked to ${size} bytes`);
  if (!(entries >= 0 && end >= 0 && end <= size))
    throw new RangeError("a basket ends beyond itself");
  // a count, then where each entry begins, counted from the begin of the header
  const isListed = end + 4 + 4 * entries <= size;
  return {
    bytes,
    entries,
    end,
    offset: (entry) => (isListed ? bytes.getInt32(end + 4 + 4 * entry) - header : undefined),
  };
}

/** A basket that was not yet written when the tree was. */
function heldBasket({ fKeylen, fNevBuf, fLast, fEntryOffset, fBufferRef }: TBasket): Basket {
  const bytes = fBufferRef?.arr ?? new DataView(new ArrayBuffer(0));
  const end = fLast - fKeylen;
  if (!(fNevBuf >= 0 && end >= 0 && end <= bytes.byteLength)) {
    throw new RangeError("a basket ends beyond itself");
  }
  const isListed = fEntryOffset !== undefined && fEntryOffset.length >= fNevBuf;
  return {
    bytes,
    entries: fNevBuf,
    end,
    offset: (entry) => (isListed ? fEntryOffset[entry] - fKeylen : undefined),
  };
}
