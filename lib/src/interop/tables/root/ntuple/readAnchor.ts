import type { RootDirectory, RootKey } from "jsroot/io";
import { unpack } from "../unpack.js";
import type { NtupleAnchor } from "./envelopes.js";

/** Of an RNTuple, before and since format 1.0. */
export const isNtupleClass = (name: string): boolean =>
  /^ROOT::(?:Experimental::)?RNTuple$/.test(name);

/** Byte count and version of the class; four numbers of the format; seven places and sizes. */
const [PREFIX, SIZE] = [6, 6 + 4 * 2 + 7 * 8];

/** The key of an RNTuple in a folder of a file, "folder/name"; undefined if there is none. */
export async function ntupleKey(
  directory: RootDirectory,
  path: string,
): Promise<RootKey | undefined> {
  const [, folder, name] = /^(?:(.*)\/)?([^/]*)$/.exec(path) ?? [];
  const inner =
    folder === undefined
      ? directory
      : ((await directory.readObject(folder).catch(() => undefined)) as RootDirectory | undefined);
  const keys = (inner?.fKeys ?? []).filter((key) => key.fName === name);
  return keys.length > 0 && isNtupleClass(keys[0].fClassName) ? keys[0] : undefined;
}

/**
 * What the key of an RNTuple says. It is read here and not by jsroot, which needs a description of
 * the class that not all files have.
 * @throws RangeError where it is damaged
 */
export async function readAnchor(
  { fSeekKey, fNbytes, fKeylen, fObjlen }: RootKey,
  read: (at: number, length: number) => DataView,
): Promise<NtupleAnchor> {
  const object = await unpack(read(fSeekKey + fKeylen, fNbytes - fKeylen), fObjlen);
  if (!object || object.byteLength < SIZE)
    throw new RangeError("its key is not where it should be");
  const u64 = (k: number): number => {
    const value = Number(object.getBigUint64(PREFIX + 8 + 8 * k));
    if (!Number.isSafeInteger(value)) throw new RangeError("its key has a place beyond the file");
    return value;
  };
  const [fSeekHeader, fNBytesHeader, fLenHeader] = [u64(0), u64(1), u64(2)];
  const [fSeekFooter, fNBytesFooter, fLenFooter] = [u64(3), u64(4), u64(5)];
  return {
    fVersionEpoch: object.getUint16(PREFIX),
    fSeekHeader,
    fNBytesHeader,
    fLenHeader,
    fSeekFooter,
    fNBytesFooter,
    fLenFooter,
    fMaxKeySize: u64(6),
  };
}
