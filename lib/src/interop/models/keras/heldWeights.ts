import { DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import { size } from "../../../core/tensor.js";
import type { Hdf5File } from "../../tables/hdf5/hdf5File.js";
import type { HeldWeight } from "../tfjs/weightLookup.js";

/** Datasets that a model may have; the largest have some thousands. */
const MOST_WEIGHTS = 100_000;

/**
 * The numbers of some datasets of an HDF5 file.
 * @param nameOf  what a dataset is called from then on; undefined for one that is not read
 * @param limit   most bytes of all, as doubles
 * @throws DataError for more
 */
export async function heldWeights(
  file: Hdf5File,
  path: string,
  limit: number,
  nameOf: (dataset: string) => string | undefined,
): Promise<Map<string, HeldWeight>> {
  const names = await file.datasets();
  if (names.length > MOST_WEIGHTS) {
    const fact = `${path}: holds ${names.length} datasets, more than ${MOST_WEIGHTS}`;
    throw new DataError(`${fact}. Use a smaller model.`, { path });
  }
  const weights = new Map<string, HeldWeight>();
  let left = limit;
  for (const dataset of names) {
    const name = nameOf(dataset.replace(/^\//, ""));
    if (name === undefined) continue;
    const shape = await file.shape(dataset);
    left -= 8 * size(shape);
    if (!(left >= 0)) {
      const fact = `${path}: its weights up to ${quoted(dataset)} of shape [${shape}]`;
      throw new DataError(`${fact} exceed ${limit} bytes. Raise maximumBytes if you trust it.`);
    }
    if (size(shape) > 0) weights.set(name, await file.read(dataset, 0, shape[0] ?? 1));
  }
  return weights;
}
