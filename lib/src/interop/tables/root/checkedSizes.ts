import type { TBuffer } from "jsroot/io";

/** What a description of a member says of its arrays. */
interface ArrayMember {
  readonly fArrayDim?: number;
  readonly fArrayLength?: number;
  readonly fMaxIndex?: ArrayLike<number>;
  readonly minus1?: boolean;
}

type Reads = Record<"readFastArray" | "readNdimArray", (...values: never[]) => unknown>;

/**
 * Lets jsroot read no array that says it has more items than there are bytes left, which it would
 * make, and fill or fail, before it looks: in a damaged file 2³¹ of them.
 */
export function checkSizes(Buffer: typeof TBuffer): void {
  const prototype = Buffer.prototype as unknown as Reads & { remain(): number; checked?: true };
  if (prototype.checked) return;
  prototype.checked = true;
  const { readFastArray, readNdimArray } = prototype;
  prototype.readFastArray = function (this: typeof prototype, ...values: never[]) {
    check(values[0] as number, this.remain());
    return readFastArray.apply(this, values);
  };
  prototype.readNdimArray = function (this: typeof prototype, ...values: never[]) {
    check(itemsOf(values[0] as ArrayMember), this.remain());
    return readNdimArray.apply(this, values);
  };
}

/** Items of an array, Infinity where it has more axes than extents. */
function itemsOf({ fArrayDim = 0, fArrayLength = 0, fMaxIndex, minus1 }: ArrayMember): number {
  const all = Array.from(fMaxIndex ?? []);
  if (fArrayDim > all.length) return Infinity;
  const axes = fArrayDim - (minus1 === true ? 1 : 0);
  const extents = fArrayDim < 1 ? [fArrayLength] : all.slice(0, axes);
  let items = 1;
  // its loop begins with an item on each axis, of no extent too
  for (const extent of extents) items *= Math.max(1, extent);
  return items;
}

function check(items: number, bytes: number): void {
  if (items >= 0 && items <= bytes) return;
  throw new RangeError(`an array says it has ${items} items, ${bytes} bytes are left`);
}
