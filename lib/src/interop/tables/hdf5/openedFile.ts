import type { File } from "h5wasm/node";
import type { Guard } from "./guard.js";
import type { Superblock } from "./superblock.js";

/** The HDF5 library, compiled to WebAssembly. */
export type Hdf5Library = Awaited<typeof import("h5wasm/node").default.ready>;

/** A file that the library has open, and what is needed to ask it. */
export interface OpenedFile {
  readonly path: string;
  readonly file: File;
  readonly library: Hdf5Library;
  readonly guarded: Guard;
  readonly superblock: Superblock;
}

/** Whether there is a dataset of that very name, reached without a link to another file. */
export function isDataset(library: Hdf5Library, file: File, name: string): boolean {
  if (name === "" || name.includes("\0")) return false;
  return library.get_type(file.file_id, name) === library.H5G_DATASET;
}

/** The same where the library takes a group that is not there for an error. */
export function hasDataset({ library, file, guarded }: OpenedFile, name: string): boolean {
  try {
    return guarded(() => isDataset(library, file, name));
  } catch {
    return false;
  }
}
