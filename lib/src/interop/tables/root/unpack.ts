import { optionalPackage } from "../../../figures/output/optionalPackage.js";

/**
 * Bytes before each block: two letters, a method, then the sizes packed and unpacked, three each.
 */
const HEADER = 9;
/** No basket or page is larger unpacked; they have some megabytes at most. */
const MOST_BYTES = 2 ** 28;

/**
 * Unpacks blocks of ROOT (zlib, LZMA, LZ4, zstd), or gives the bytes where they are not packed.
 * @param packed  from the first block on
 * @param size    bytes that there must be unpacked
 * @returns undefined where the blocks do not say that size, or cannot be unpacked
 */
export async function unpack(packed: DataView, size: number): Promise<DataView | undefined> {
  if (packed.byteLength === size) return packed;
  // what the blocks say is compared before memory is taken
  if (!(size <= MOST_BYTES) || unpackedSize(packed) !== size) return undefined;
  const { R__unzip } = await optionalPackage(
    "jsroot",
    () => import("jsroot/io"),
    "Reading a ROOT file",
  );
  try {
    const bytes = await R__unzip(packed, size, true, 0);
    return bytes?.byteLength === size ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function unpackedSize(packed: DataView): number {
  let [at, size] = [0, 0];
  const three = (p: number): number => packed.getUint16(p, true) + (packed.getUint8(p + 2) << 16);
  while (at + HEADER <= packed.byteLength) {
    size += three(at + 6);
    at += HEADER + three(at + 3);
  }
  return at === packed.byteLength ? size : -1;
}
