import type { LargeIntegers } from "../../../core/files/largeIntegers.js";
import { tensor, type Shape, type Tensor } from "../../../core/tensor.js";
import { openInThread } from "../thread/openInThread.js";
import { openHdf5Here } from "./openHdf5Here.js";

/** An HDF5 file, open for reading. */
export interface Hdf5File {
  readonly path: string;
  /** Names of the datasets, with their groups; the file is looked through once. */
  datasets(): Promise<readonly string[]>;
  /** Whether there is a dataset of that name. */
  has(name: string): Promise<boolean>;
  /** What is written beside the file's first group under a name, if it is a text. */
  text(name: string): Promise<string | undefined>;
  /** @throws DataError naming the datasets that there are, for one that there is not */
  shape(name: string): Promise<Shape>;
  /**
   * Rows first … first + count − 1 of a dataset; no others are read. A scalar has one.
   * @throws ConfigError for rows that there are not; DataError for a dataset that there is not,
   *   that does not hold numbers, is packed by a filter that is not read, or shows what is not
   *   there
   */
  read(name: string, first: number, count: number, integers?: LargeIntegers): Promise<Tensor>;
  close(): void;
}

/**
 * Opens an HDF5 file. The HDF5 library reads in a thread of its own, which is ended where a damaged
 * file lets it run or grow without end.
 * @throws DataError if it cannot be read, is none, is truncated or damaged, MissingPackageError
 *   without h5wasm
 */
export async function openHdf5(path: string): Promise<Hdf5File> {
  const file = await openInThread("an HDF5 file", path);
  if (!file) return asking(await openHdf5Here(path));
  return {
    path,
    datasets: async () => (await file.ask("datasets")) as readonly string[],
    has: async (name) => (await file.ask("has", name)) as boolean,
    shape: async (name) => (await file.ask("shape", name)) as Shape,
    text: async (name) => (await file.ask("text", name)) as string | undefined,
    async read(...values) {
      const { shape, data } = (await file.ask("read", ...values)) as Tensor;
      return tensor(shape, data);
    },
    close: file.close,
  };
}

/** The same in this thread. */
function asking(file: Awaited<ReturnType<typeof openHdf5Here>>): Hdf5File {
  return {
    path: file.path,
    datasets: async () => file.datasets(),
    has: async (name) => file.has(name),
    shape: async (name) => file.shape(name),
    text: async (name) => file.text(name),
    read: async (...values) => file.read(...values),
    close: file.close,
  };
}
