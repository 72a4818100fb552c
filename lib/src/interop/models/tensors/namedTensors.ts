import { readFileSync, statSync } from "node:fs";
import type { LargeIntegers } from "../../../core/files/largeIntegers.js";
import { ConfigError, DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import type { Tensor } from "../../../core/tensor.js";

/** How tensors of a file are read. */
export interface TensorsOptions {
  /**
   * Largest file and largest sum of what it holds that is read, in bytes, tensors counted as
   * doubles (default 1 GiB, and of tensors not more than 64 MiB and 64 times the file).
   */
  readonly maximumBytes?: number;
  /** Only what lies under this key, with names from there on: "state_dict" (default: all). */
  readonly inside?: string;
  /**
   * What becomes of integers that no double equals (default "exact": such a tensor is left out).
   */
  readonly integers?: LargeIntegers;
  /** Told of each tensor that is not read, and why, in a sentence (default nobody is told). */
  readonly onLeftOut?: (name: string, reason: string) => void;
}

/** The tensors of a file, and those of it that are not read. */
export interface NamedTensors {
  /** By name, in the order of the file. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Why others were not read, a sentence for each name: complex, quantised, sparse, … */
  readonly leftOut: Readonly<Record<string, string>>;
}

/** What is read at most where nothing is said. */
const LARGEST = 2 ** 30;

/** The bytes of a file, and how many its tensors may become. */
export interface WholeFile {
  readonly bytes: Uint8Array;
  /** Of what it holds, unpacked and as doubles. */
  readonly limit: number;
}

/**
 * @throws DataError for a file that cannot be read, or is larger than `maximumBytes`
 */
export function readWhole(path: string, maximumBytes: number | undefined): WholeFile {
  const most = maximumBytes ?? LARGEST;
  try {
    const { size: length } = statSync(path);
    if (length > most) {
      const fact = `${path}: has ${length} bytes, ${most} are allowed`;
      throw new DataError(`${fact}. Raise maximumBytes if you trust it.`, { path, length });
    }
    const bytes = readFileSync(path);
    return { bytes, limit: maximumBytes ?? Math.min(LARGEST, 2 ** 26 + 64 * bytes.length) };
  } catch (error) {
    if (error instanceof DataError) throw error;
    const cure = "Name a file of torch.save or of safetensors";
    throw new DataError(`${path}: cannot be read (${(error as Error).message}). ${cure}.`, {
      path,
    });
  }
}

/** Sets an entry; a name may be "__proto__". */
export function putNamed<T>(into: Record<string, T>, name: string, value: T): void {
  const own = { value, enumerable: true, configurable: true, writable: true };
  Object.defineProperty(into, name, own);
}

/**
 * That there is nothing under the key `inside`.
 * @param keys  which there are, or in a word what there is
 */
export function notInside(
  path: string,
  key: string,
  keys: readonly string[] | string,
): ConfigError {
  const list = typeof keys === "string" ? [] : keys.slice(0, 8).map((own) => quoted(own));
  const there = typeof keys === "string" ? keys : list.join(", ") || "no dictionary";
  const fact = `has no ${quoted(key)} in it, but ${there}`;
  return new ConfigError(`${path}: ${fact}. Name one of these as inside, or leave it out.`, {
    key,
  });
}
