import type { LargeIntegers } from "../../core/files/largeIntegers.js";
import type { Tensor } from "../../core/tensor.js";
import type { CsvOptions } from "./csvOptions.js";

/** What of a file is read. `header` and `decimal` are of tables. */
export interface ReadArrayOptions extends CsvOptions {
  /**
   * Which array of an .npz file or dataset of an HDF5 file; not needed where there is one alone.
   */
  readonly dataset?: string;
  /** Which columns of a table, by name (default: all). */
  readonly columns?: readonly string[];
  /** Which columns not (default: none is left out). */
  readonly without?: readonly string[];
  /**
   * Texts of a single column that stand for 0, 1, …: the names of the classes (default: texts are
   * refused).
   */
  readonly classes?: readonly string[];
  /**
   * Whether empty fields, NaN, NA, N/A, null and none of a table are missing values, which become
   * NaN (default: they are refused).
   */
  readonly missing?: boolean;
  /** What becomes of integers that no double equals (default "exact": they are refused). */
  readonly integers?: LargeIntegers;
  /** Most bytes of the file, and of an .npz file or a table unpacked (default 1 GiB). */
  readonly maximumBytes?: number;
  /** Most numbers (default 2²⁷, one GiB of doubles). */
  readonly maximumEntries?: number;
}

/** An array from a file with the names of its columns. */
export interface NamedArray {
  readonly values: Tensor;
  /** Names of the columns, for a table. */
  readonly columns: readonly string[] | undefined;
  /** What of the file could be meant otherwise than it was read, a sentence each. */
  readonly notes: readonly string[];
}
