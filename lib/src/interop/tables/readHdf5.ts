import { takes } from "../../core/arguments/takes.js";
import { filePath, listOf, optional, record, text } from "../../core/arguments/kinds.js";
import { ConfigError } from "../../core/errors.js";
import type { LargeIntegers } from "../../core/files/largeIntegers.js";
import type { Tensor } from "../../core/tensor.js";
import { openHdf5 } from "./hdf5/hdf5File.js";
import { rowCount } from "./rowCount.js";

/** Which rows, along the first axis, of each dataset. */
export interface Hdf5Rows {
  /** 0 by default. */
  readonly first?: number;
  /** All from the first on by default. */
  readonly count?: number;
  /** What becomes of integers that no double equals (default "exact": they are refused). */
  readonly integers?: LargeIntegers;
}

/**
 * Datasets of an HDF5 file as tensors by their names, e.g. "training_subgroup/training_2"; a scalar
 * has the shape []. Numbers are the stored ones and may be NaN: integers and floats of any width
 * and any number of bits, booleans and enumerations by their values, arrays as further axes.
 *
 * @throws DataError if the file or a dataset is not there or is damaged; if a dataset holds no
 *   numbers, is packed by a filter that is not read (LZF, Blosc, …), or is a view of files that are
 *   not there; ConfigError for rows that there are not; MissingPackageError without h5wasm
 */
export async function readHdf5(
  path: string,
  names: readonly string[],
  rows: Hdf5Rows = {},
): Promise<Record<string, Tensor>> {
  takes("readHdf5", {
    path: [path, filePath],
    names: [names, listOf(text)],
    rows: [rows, record({ count: optional(rowCount) }, "{ first, count }")],
  });
  const { first = 0, count, integers } = rows;
  if (names.length === 0) {
    throw new ConfigError(`readHdf5: no dataset is named. Name at least one.`, { path });
  }
  const file = await openHdf5(path);
  try {
    const found: [string, Tensor][] = [];
    for (const name of names) {
      const rows = count ?? ((await file.shape(name))[0] ?? 1) - first;
      found.push([name, await file.read(name, first, rows, integers)]);
    }
    return Object.fromEntries(found);
  } finally {
    file.close();
  }
}
