import { ConfigError } from "../core/errors.js";
import type { Tensor } from "../core/tensor.js";
import { openHdf5 } from "./hdf5File.js";

/** Which rows, along the first axis, of each dataset. */
export interface Hdf5Rows {
  /** 0 by default. */
  readonly first?: number;
  /** All from the first on by default. */
  readonly count?: number;
}

/**
 * Datasets of an HDF5 file as tensors by their names, e.g. "training_subgroup/training_2". Numbers are the stored ones, of any width, and
 * may be NaN; whole numbers beyond 2^53 are rounded.
 *
 * @throws DataError if the file or a dataset is not there, is damaged or holds no numbers; ConfigError for rows that there are not;
 *   MissingPackageError without h5wasm
 */
export async function readHdf5(path: string, names: readonly string[], rows: Hdf5Rows = {}): Promise<Record<string, Tensor>> {
  const { first = 0, count } = rows;
  if (names.length === 0) throw new ConfigError(`readHdf5: no dataset is named. Name at least one.`, { path });
  const file = await openHdf5(path);
  try {
    return Object.fromEntries(names.map((name) => [name, file.read(name, first, count ?? (file.shape(name)[0] ?? 1) - first)]));
  } finally {
    file.close();
  }
}
