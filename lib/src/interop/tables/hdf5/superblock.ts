import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { DataError } from "../../../core/errors.js";
import { firstBytes, otherFormat } from "../../../core/files/fileFormat.js";
import type { ReadAt } from "./objectHeader.js";

/** What the begin of an HDF5 file says. */
export interface Superblock {
  /** Bytes of the file. */
  readonly fileBytes: number;
  /** Looks at the object that a reference of the library leads to: eight bytes, an address. */
  objectAt<T>(
    reference: ArrayLike<number>,
    look: (read: ReadAt, address: number, offsets: number) => T,
  ): T;
}

const SIGNATURE = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");

/**
 * Finds the begin of an HDF5 file: a block of another program may lie before it, of 512 bytes or a
 * power of two times that.
 * @throws DataError if the file cannot be read or is none
 */
export function superblock(path: string): Superblock {
  const [start, fileBytes] = withFile(path, (read, bytes) => {
    for (let at = 0; at < bytes; at = at === 0 ? 512 : 2 * at) {
      if (read(at, SIGNATURE.length).equals(SIGNATURE)) return [at, bytes];
    }
    return [-1, bytes];
  });
  if (start < 0) throw noHdf5(path);
  return {
    fileBytes,
    objectAt: (reference, look) =>
      withFile(path, (read) => {
        const version = read(start + 8, 1)[0];
        const offsets = read(start + (version < 2 ? 13 : 9), 1)[0];
        const address = Number(Buffer.from(Array.from(reference)).readBigUInt64LE(0));
        return look((at, length) => read(start + at, length), address, offsets === 4 ? 4 : 8);
      }),
  };
}

function noHdf5(path: string): DataError {
  const head = firstBytes(path);
  const other = otherFormat(path, head, "an HDF5 file", "");
  if (other.details.format !== undefined) return other;
  return new DataError(
    `${path}: is no HDF5 file, it lacks the signature of one. Name an HDF5 file.`,
    { path },
  );
}

function withFile<T>(path: string, use: (read: ReadAt, bytes: number) => T): T {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    const opened = descriptor;
    const read: ReadAt = (at, length) => {
      const bytes = Buffer.alloc(length);
      return Number.isSafeInteger(at)
        ? bytes.subarray(0, readSync(opened, bytes, 0, length, at))
        : bytes.subarray(0, 0);
    };
    return use(read, fstatSync(opened).size);
  } catch (error) {
    if (!("syscall" in (error as Error))) throw error;
    throw new DataError(
      `${path}: cannot be read (${(error as Error).message}). Name a file that exists.`,
      { path },
    );
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
