import { statSync } from "node:fs";
import { DataError } from "../../core/errors.js";
import { otherFormat, recognise } from "../../core/files/fileFormat.js";
import type { LargeIntegers } from "../../core/files/largeIntegers.js";
import { npyPieces } from "../../core/files/npy.js";
import { quoted } from "../../core/printable.js";
import type { Tensor } from "../../core/tensor.js";
import { closestNames } from "../models/closestNames.js";
import { fileSource } from "./byteSource.js";
import { zipDirectory } from "./zipDirectory.js";
import { zipPieces } from "./zipPieces.js";

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
  read(name: string): Promise<Tensor>;
}

/**
 * Opens an .npz file as `numpy.savez` and `numpy.savez_compressed` write it. It is unpacked in
 * pieces: beside its numbers an array takes little memory.
 * @throws DataError if the file is not there, is no sound archive, or is larger unpacked than
 *   `maximumBytes`
 */
export function openNpz(path: string, options: NpzOptions = {}): NpzFile {
  const { maximumBytes = 2 ** 30, maximumEntries = 2 ** 27, integers } = options;
  checkBytes(path, maximumBytes);
  const source = fileSource(path);
  const head = source.read(0, 2 ** 16);
  const { format = "zip" } = recognise(head) ?? {};
  if (format !== "npz" && format !== "zip") throw otherFormat(path, head, "an .npz file", "");
  const entries = zipDirectory(source, path, maximumBytes, "an .npz file");
  const names = [...entries.keys()]
    .filter((name) => name.endsWith(".npy"))
    .map((name) => name.slice(0, -".npy".length));
  if (entries.size > 0 && names.length === 0) throw otherFormat(path, head, "an .npz file", "");
  return {
    names,
    async read(name) {
      const entry = names.includes(name) ? entries.get(`${name}.npy`) : undefined;
      if (!entry) {
        const known = closestNames(name, names);
        const fact = `${path}: there is no array ${quoted(name)}; there are ${known}`;
        throw new DataError(`${fact}. Name one of these.`, { path, name });
      }
      const what = `${path}, array ${quoted(name)}`;
      const array = npyPieces(entry.size, what, { maximumEntries, integers });
      for await (const piece of zipPieces(source, entry, path)) array.push(piece);
      return array.end();
    },
  };
}

/** @throws DataError if a file cannot be read or is larger than `maximumBytes` */
export function checkBytes(path: string, maximumBytes: number): void {
  let size: number;
  try {
    ({ size } = statSync(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DataError(`${path}: cannot be read (${code}). Name a file that exists.`, { path });
  }
  if (size > maximumBytes) {
    const fact = `${path}: has ${size} bytes, at most ${maximumBytes} are read`;
    const cure = "Save the rows that are wanted to a smaller file";
    throw new DataError(`${fact}. ${cure}.`, { path, size });
  }
}
