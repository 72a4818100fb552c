import { crc32 } from "node:zlib";
import { DataError } from "../../core/errors.js";
import { memorySource } from "./byteSource.js";
import { unpacked } from "./unpacked.js";
import { checkWhole, zipDirectory } from "./zipDirectory.js";

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
      const data = unpacked(source, entry, what);
      checkWhole(entry, data.length, crc32(data), what);
      return data;
    },
  };
}
