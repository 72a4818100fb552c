import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { Dataset, File } from "h5wasm/node";
import { ConfigError, DataError } from "../core/errors.js";
import { size, tensor, type Shape, type Tensor } from "../core/tensor.js";
import { optionalPackage } from "../figures/optionalPackage.js";
import { closestNames } from "./closestNames.js";

/** An HDF5 file, open for reading. */
export interface Hdf5File {
  readonly path: string;
  /** Whether there is a dataset of that name. */
  has(name: string): boolean;
  /** @throws DataError naming the datasets that there are, for one that there is not */
  shape(name: string): Shape;
  /**
   * Rows first … first + count − 1 of a dataset; no others are read.
   * @throws ConfigError for rows that there are not, DataError for a dataset that there is not, or that does not hold numbers
   */
  read(name: string, first: number, count: number): Tensor;
  close(): void;
}

/** 1 GiB of doubles: a dataset that was never written to may say any size in a small file. */
const MOST_NUMBERS = 2 ** 27;

const SIGNATURE = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");

/**
 * Opens an HDF5 file.
 * @throws DataError if it cannot be read, is none or is truncated, MissingPackageError without h5wasm
 */
export async function openHdf5(path: string): Promise<Hdf5File> {
  const { default: hdf5 } = await optionalPackage("h5wasm", () => import("h5wasm/node"), "Reading an HDF5 file");
  const library = await hdf5.ready;
  checkSignature(path);
  /** Errors of the HDF5 library as exceptions, in place of long prints; what it says last is the cause. */
  const guarded = <T>(action: () => T): T => {
    library.activate_throwing_error_handler();
    try {
      return action();
    } catch (error) {
      if (error instanceof DataError || error instanceof ConfigError) throw error;
      const cause = String((error as Error)?.message ?? error).trim().split("\n").at(-1)?.replace(/^.*?\(\): /, "");
      throw new DataError(`${path}: cannot be read as HDF5 (${cause}). It is truncated or damaged; fetch it again.`, { path });
    } finally {
      library.deactivate_throwing_error_handler();
    }
  };
  const file: File = guarded(() => new hdf5.File(path, "r"));
  let open = true;
  const find = (name: string): Dataset => {
    const names = guarded(() => file.paths());
    const found = names.includes(name) ? guarded(() => file.get(name)) : null;
    if (found instanceof hdf5.Dataset) return found;
    const sets = names.filter((one) => guarded(() => file.get(one)) instanceof hdf5.Dataset);
    const fact = `${path}: there is no dataset "${name}"; there are ${closestNames(name, sets)}`;
    throw new DataError(`${fact}. Name one of these.`, { path, name });
  };
  return {
    path,
    has: (name) => guarded(() => file.paths().includes(name) && file.get(name) instanceof hdf5.Dataset),
    shape: (name) => find(name).shape ?? [],
    read(name, first, count) {
      const dataset = find(name);
      const shape = dataset.shape ?? [];
      const rows = shape[0] ?? 1;
      if (!(Number.isInteger(first) && Number.isInteger(count) && first >= 0 && count >= 1 && first + count <= rows)) {
        const fact = `${path}: rows from ${first}, ${count} of them; "${name}" has ${rows}`;
        throw new ConfigError(`${fact}. Ask for at least one, and for none beyond the last.`, { first, count });
      }
      const numbersAsked = count * size(shape.slice(1));
      if (!(numbersAsked <= MOST_NUMBERS)) {
        throw new ConfigError(`${path}: rows of "${name}" with ${numbersAsked} numbers are asked for, at most ${MOST_NUMBERS} are read at a time. Read them in parts.`, { name });
      }
      const values = guarded(() => dataset.slice(shape.map((_, axis) => (axis === 0 ? [first, first + count] : []))));
      const wanted = shape.length === 0 ? [] : [count, ...shape.slice(1)];
      return tensor(wanted, numbers(path, name, shape.length === 0 ? [values] : values, size(wanted)));
    },
    close() {
      if (open) file.close();
      open = false;
    },
  };
}

function numbers(path: string, name: string, values: unknown, length: number): Float64Array {
  const list = values as ArrayLike<unknown> | null;
  const fits = list !== null && typeof list === "object" && list.length === length;
  const kinds = new Set(fits ? Array.from({ length: Math.min(length, 8) }, (_, k) => typeof list[k]) : ["other"]);
  if ([...kinds].some((kind) => kind !== "number" && kind !== "bigint" && kind !== "boolean")) {
    throw new DataError(`${path}: the dataset "${name}" does not hold numbers. Leave it out.`, { path, name });
  }
  return Float64Array.from(list as ArrayLike<number | bigint>, Number);
}

/** HDF5 allows a block of another program before its own, of 512 bytes or a power of two times that. */
function checkSignature(path: string): void {
  let found = false;
  try {
    const descriptor = openSync(path, "r");
    try {
      const { size: bytes } = statSync(path);
      const head = Buffer.alloc(SIGNATURE.length);
      for (let at = 0; at < bytes && !found; at = at === 0 ? 512 : 2 * at) {
        found = readSync(descriptor, head, 0, head.length, at) === head.length && head.equals(SIGNATURE);
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw new DataError(`${path}: cannot be read (${(error as Error).message}). Name a file that exists.`, { path });
  }
  if (!found) throw new DataError(`${path}: is no HDF5 file, it lacks the signature of one. Name an HDF5 file.`, { path });
}
