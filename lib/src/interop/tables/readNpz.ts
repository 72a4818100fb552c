import { readFileSync, statSync } from "node:fs";
import { DataError } from "../../core/errors.js";
import { otherFormat, recognise } from "../../core/files/fileFormat.js";
import type { LargeIntegers } from "../../core/files/largeIntegers.js";
import { parseNpy } from "../../core/files/npy.js";
import { quoted } from "../../core/printable.js";
import type { Tensor } from "../../core/tensor.js";
import { closestNames } from "../models/closestNames.js";
import { zipEntries } from "./zipEntries.js";

/** Limits of a file of several arrays. */
export interface NpzOptions {
  /**
   * Most bytes that all arrays together may have unpacked (default 1 GiB); checked before
   * anything is unpacked.
   */
  readonly maximumBytes?: number;
  /** Most numbers of one array (default 2²⁷, one GiB of doubles). */
  readonly maximumEntries?: number;
  /** What becomes of integers that no double equals (default "exact": they are refused). */
  readonly integers?: LargeIntegers;
}

/** The arrays of an .npz file, unpacked when they are asked for. */
export interface NpzFile {
  readonly names: readonly string[];
  /** @throws DataError if there is none of this name, or it is damaged */
  read(name: string): Tensor;
}

/**
 * Opens an .npz file as `numpy.savez` and `numpy.savez_compressed` write it.
 * @throws DataError if the file is not there, is no sound archive, or is larger unpacked than
 *   `maximumBytes`
 */
export function openNpz(path: string, options: NpzOptions = {}): NpzFile {
  const { maximumBytes = 2 ** 30, maximumEntries = 2 ** 27, integers } = options;
  const bytes = readBounded(path, maximumBytes);
  const { format = "zip" } = recognise(bytes) ?? {};
  if (format !== "npz" && format !== "zip") throw otherFormat(path, bytes, "an .npz file", "");
  const archive = zipEntries(bytes, path, maximumBytes, "an .npz file");
  if (archive.names.length > 0 && !archive.names.some((name) => name.endsWith(".npy"))) {
    throw otherFormat(path, bytes, "an .npz file", "");
  }
  const names = archive.names
    .filter((name) => name.endsWith(".npy"))
    .map((name) => name.slice(0, -".npy".length));
  return {
    names,
    read(name) {
      if (!names.includes(name)) {
        const known = closestNames(name, names);
        const fact = `${path}: there is no array ${quoted(name)}; there are ${known}`;
        throw new DataError(`${fact}. Name one of these.`, { path, name });
      }
      return parseNpy(archive.read(`${name}.npy`), `${path}, array ${quoted(name)}`, {
        maximumEntries,
        integers,
      });
    },
  };
}

/** The bytes of a file. @throws DataError if it cannot be read or is larger than `maximumBytes` */
export function readBounded(path: string, maximumBytes: number): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > maximumBytes) {
      const fact = `${path}: has ${size} bytes, at most ${maximumBytes} are read`;
      const cure = "Save the rows that are wanted to a smaller file";
      throw new DataError(`${fact}. ${cure}.`, { path, size });
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new DataError(`${path}: cannot be read (${code}). Name a file that exists.`, { path });
  }
}
