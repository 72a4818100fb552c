import { readFileSync, statSync } from "node:fs";
import { DataError } from "../core/errors.js";
import { parseNpy } from "../core/npy.js";
import type { Tensor } from "../core/tensor.js";
import { zipEntries } from "./zipEntries.js";

export interface NpzOptions {
  /** Most bytes that all arrays together may have unpacked (default 1 GiB); checked before anything is unpacked. */
  readonly maximumBytes?: number;
  /** Most numbers of one array (default 2²⁷, one GiB of doubles). */
  readonly maximumEntries?: number;
}

/** The arrays of an .npz file, unpacked when they are asked for. */
export interface NpzFile {
  readonly names: readonly string[];
  /** @throws DataError if there is none of this name, or it is damaged */
  read(name: string): Tensor;
}

/**
 * Opens an .npz file as `numpy.savez` and `numpy.savez_compressed` write it.
 * @throws DataError if the file is not there, is no sound archive, or is larger unpacked than `maximumBytes`
 */
export function openNpz(path: string, { maximumBytes = 2 ** 30, maximumEntries = 2 ** 27 }: NpzOptions = {}): NpzFile {
  const archive = zipEntries(readBounded(path, maximumBytes), path, maximumBytes);
  const names = archive.names.filter((name) => name.endsWith(".npy")).map((name) => name.slice(0, -".npy".length));
  return {
    names,
    read(name) {
      if (!names.includes(name)) {
        throw new DataError(
          `${path}: there is no array "${name}"; there are ${names.join(", ") || "none"}. Name one of these.`, { path, name });
      }
      return parseNpy(archive.read(`${name}.npy`), `${path}, array "${name}"`, { maximumEntries });
    },
  };
}

/** The bytes of a file. @throws DataError if it cannot be read or is larger than `maximumBytes` */
export function readBounded(path: string, maximumBytes: number): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > maximumBytes) {
      throw new DataError(
        `${path}: has ${size} bytes, at most ${maximumBytes} are read. Save the rows that are wanted to a smaller file.`, { path, size });
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code}). Name a file that exists.`, { path });
  }
}
