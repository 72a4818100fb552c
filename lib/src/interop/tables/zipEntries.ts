import { crc32, inflateRawSync } from "node:zlib";
import { DataError } from "../../core/errors.js";
import { memorySource, type ByteSource } from "./byteSource.js";
import {
  checkMethod,
  checkWhole,
  entryStart,
  notUnpacked,
  zipDirectory,
  type ZipEntry,
} from "./zipDirectory.js";

/** Files of a ZIP archive in memory, unpacked when they are asked for. */
export interface ZipEntries {
  readonly names: readonly string[];
  /** @throws DataError if there is none of this name, or it is damaged */
  read(name: string): Buffer;
}

/**
 * Reads the directory at the end of an archive, see `zipDirectory`. Nothing is unpacked beyond the
 * size that the directory promises; `limit` bounds the sum of these sizes.
 * @throws DataError for what is no ZIP archive, is truncated, encrypted, too large, or packed
 *   otherwise than by deflate
 */
export function zipEntries(content: Uint8Array, what: string, limit: number): ZipEntries {
  const source = memorySource(content);
  const entries = zipDirectory(source, what, limit);
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      if (!entry) {
        throw new DataError(
          `${what}: holds no "${name}"; it holds ${[...entries.keys()].slice(0, 8).join(", ")}${entries.size > 8 ? ", …" : ""}.`,
          { name },
        );
      }
      const data = unpack(source, entry, what);
      checkWhole(entry, data.length, crc32(data), what);
      return data;
    },
  };
}

function unpack(source: ByteSource, entry: ZipEntry, what: string): Buffer {
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
