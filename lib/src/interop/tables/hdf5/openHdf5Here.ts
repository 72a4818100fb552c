import type { Metadata } from "h5wasm/node";
import { ConfigError, DataError } from "../../../core/errors.js";
import type { LargeIntegers } from "../../../core/files/largeIntegers.js";
import { quoted } from "../../../core/printable.js";
import { size, tensor, type Shape, type Tensor } from "../../../core/tensor.js";
import { optionalPackage } from "../../../figures/output/optionalPackage.js";
import { decodeNumbers } from "./decodeNumbers.js";
import { foreignFilter } from "./filters.js";
import { hdf5Guard } from "./guard.js";
import { missingSource } from "./missingSource.js";
import { notThere } from "./notThere.js";
import { fullShape, numbersLayout } from "./numbersLayout.js";
import { hasDataset, isDataset, type OpenedFile } from "./openedFile.js";
import { superblock } from "./superblock.js";

/** `Hdf5File`, answering at once. */
export interface Hdf5FileHere {
  readonly path: string;
  datasets(): readonly string[];
  has(name: string): boolean;
  shape(name: string): Shape;
  text(name: string): string | undefined;
  read(name: string, first: number, count: number, integers?: LargeIntegers): Tensor;
  close(): void;
}

/** 1 GiB of doubles: a dataset that was never written to may say any size in a small file. */
const MOST_NUMBERS = 2 ** 27;
/** Bytes that a dataset may claim of any file, and for each byte of it: deflate packs no closer. */
const [CLAIMED_AT_ALL, MOST_PER_BYTE] = [2 ** 26, 1032];
/** Views of views are followed so deep. */
const DEEPEST = 8;

type FileClass = (typeof import("h5wasm/node"))["File"];

/**
 * Opens an HDF5 file in this thread, see `openHdf5`.
 * @throws DataError if it cannot be read, is none or is truncated, MissingPackageError without
 *   h5wasm
 */
export async function openHdf5Here(path: string): Promise<Hdf5FileHere> {
  const { default: hdf5 } = await optionalPackage(
    "h5wasm",
    () => import("h5wasm/node"),
    "Reading an HDF5 file",
  );
  const library = await hdf5.ready;
  const found = superblock(path);
  const guarded = hdf5Guard(library, path, found.fileBytes);
  const file = guarded(() => new hdf5.File(path, "r"));
  const opened: OpenedFile = { path, library, guarded, superblock: found, file };
  let open = true;
  let listed: readonly string[] | undefined;
  const datasets = (): readonly string[] =>
    (listed ??= guarded(() => file.paths()).filter((name) => hasDataset(opened, name)));
  const known = new Map<string, Metadata>();
  const describe = (name: string): Metadata => {
    if (!known.has(name)) {
      if (!hasDataset(opened, name)) throw notThere(opened, name, datasets());
      known.set(
        name,
        guarded(() => library.get_dataset_metadata(file.file_id, name)),
      );
    }
    return known.get(name)!;
  };
  return {
    path,
    datasets,
    has: (name) => hasDataset(opened, name),
    shape: (name) => fullShape(describe(name)),
    text(name) {
      const named = guarded(() => library.get_attribute_names(file.file_id, "/"));
      if (!named.includes(name)) return undefined;
      const value: unknown = guarded(() => file.get_attribute(name, false));
      return typeof value === "string" ? value : undefined;
    },
    read(name, first, count, integers = "exact") {
      const metadata = describe(name);
      const layout = numbersLayout(opened, name, metadata);
      checkSources(opened, hdf5.File, name, metadata);
      const shape = fullShape(metadata);
      checkRows(path, name, shape, first, count);
      const wanted = shape.length === 0 ? [] : [count, ...shape.slice(1)];
      const bytes = readBytes(opened, name, metadata, first, count);
      const what = `${path}: ${quoted(name)}`;
      return tensor(wanted, decodeNumbers(bytes, layout, size(wanted), integers, what));
    },
    close() {
      if (open) file.close();
      open = false;
    },
  };
}

/** The library shows the fill value in place of a source that is not there, without a word. */
function checkSources(
  { path, library, guarded }: OpenedFile,
  File: FileClass,
  name: string,
  metadata: Metadata,
): void {
  const isWhole = (path: string, dataset: string, depth: number): boolean => {
    const source = new File(path, "r");
    try {
      if (!isDataset(library, source, dataset)) return false;
      const { virtual_sources: sources } = library.get_dataset_metadata(source.file_id, dataset);
      if (!sources) return true;
      const inner = (file: string, own: string): boolean => isWhole(file, own, depth + 1);
      return depth < DEEPEST && missingSource(path, sources, inner) === undefined;
    } finally {
      source.close();
    }
  };
  const isThere = (file: string, dataset: string): boolean => {
    try {
      return guarded(() => isWhole(file, dataset, 0));
    } catch {
      return false; // no HDF5 file
    }
  };
  const { virtual_sources: sources } = metadata;
  const missing = sources && missingSource(path, sources, isThere);
  if (!missing) return;
  const source = `${quoted(missing.dset_name)} in ${quoted(missing.file_name)}`;
  const fact = `${path}: ${quoted(name)} is a view of ${source}, which is not there`;
  throw new DataError(`${fact}. Put that file beside this one.`, { path, name });
}

function checkRows(path: string, name: string, shape: Shape, first: number, count: number): void {
  const rows = shape[0] ?? 1;
  const whole = Number.isInteger(first) && Number.isInteger(count);
  if (!(whole && first >= 0 && count >= 1 && first + count <= rows)) {
    const fact = `${path}: rows from ${first}, ${count} of them; ${quoted(name)} has ${rows}`;
    const cure = "Ask for at least one, and for none beyond the last";
    throw new ConfigError(`${fact}. ${cure}.`, { first, count });
  }
  const asked = count * size(shape.slice(1));
  if (!(asked <= MOST_NUMBERS)) {
    const fact = `${path}: rows of ${quoted(name)} with ${asked} numbers are asked for`;
    const cure = `at most ${MOST_NUMBERS} are read at a time. Read them in parts`;
    throw new ConfigError(`${fact}, ${cure}.`, { name });
  }
}

/** Of what was never written a file holds nothing, and says any size. */
function checkClaim(
  { path, superblock: { fileBytes } }: OpenedFile,
  name: string,
  length: number,
): void {
  if (length <= CLAIMED_AT_ALL + MOST_PER_BYTE * fileBytes) return;
  const fact = `${path}: ${quoted(name)} is to give ${length} bytes at once, the file has ${fileBytes}`;
  throw new ConfigError(`${fact}. Most were never written; read its rows in parts.`, { name });
}

/** The bytes of some rows, in little-endian order, which the library makes of the other. */
function readBytes(
  opened: OpenedFile,
  name: string,
  metadata: Metadata,
  first: number,
  count: number,
): Uint8Array {
  const { path, file, library, guarded } = opened;
  const shape = metadata.shape ?? [];
  const rows = shape.length === 0 ? null : [count, ...shape.slice(1)].map(BigInt);
  const length = metadata.size * (rows === null ? 1 : count * size(shape.slice(1)));
  if (!metadata.virtual_sources) checkClaim(opened, name, length);
  const pointer = library._malloc(length);
  if (pointer === 0) {
    const fact = `${path}: ${quoted(name)} needs ${length} bytes at once, more than there are`;
    throw new ConfigError(`${fact}. Read its rows in parts.`, { name });
  }
  try {
    const start = rows && shape.map((_, axis) => BigInt(axis === 0 ? first : 0));
    const strides = rows && shape.map(() => 1n);
    guarded(
      () => library.get_dataset_data(file.file_id, name, rows, start, strides, BigInt(pointer)),
      {
        explain: () => foreignFilter(library.get_dataset_filters(file.file_id, name)),
        name,
        bytes: length,
      },
    );
    return library.HEAPU8.slice(pointer, pointer + length);
  } finally {
    library._free(pointer);
  }
}
