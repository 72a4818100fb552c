import { inflateRawSync } from "node:zlib";
import type { ByteSource } from "./byteSource.js";
import { checkMethod, entryStart, notUnpacked, type ZipEntry } from "./zipDirectory.js";

/**
 * A file of an archive, unpacked at once.
 * @throws DataError for what is damaged, or packed otherwise than by deflate
 */
export function unpacked(source: ByteSource, entry: ZipEntry, what: string): Buffer {
  checkMethod(entry, what);
  const packed = source.read(entryStart(source, entry, what), entry.packed);
  if (entry.method === 0) return packed;
  const { size } = entry;
  try {
    // in one piece, where pieces would be copied once more
    const chunkSize = Math.max(64, size + 1);
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size), chunkSize });
  } catch (error) {
    throw notUnpacked(entry, (error as Error).message, what);
  }
}
