import { openHdf5Here } from "../hdf5/openHdf5Here.js";
import { openParquetHere } from "../parquet/openParquetHere.js";
import { openRootTreeHere } from "../root/openRootTreeHere.js";

/** A file that is open in this thread: what it is, and what it can be asked. */
export interface OpenHere {
  /** What does not change: names, numbers of entries. */
  readonly facts: unknown;
  readonly ask: Readonly<Record<string, (...values: never[]) => unknown>>;
  close(): void;
}

/** What opens files through parsers of other projects, each by its name. */
export const openers = {
  "a ROOT file": async (path: string, tree: string): Promise<OpenHere> => {
    const { entries, branches, read, close } = await openRootTreeHere(path, tree);
    return { facts: { entries, branches }, ask: { read }, close };
  },
  "an HDF5 file": async (path: string): Promise<OpenHere> => {
    const { datasets, has, shape, text, read, close } = await openHdf5Here(path);
    return { facts: {}, ask: { datasets, has, shape, text, read }, close };
  },
  "a Parquet file": async (path: string): Promise<OpenHere> => {
    const { rows, columns, nested, read, close } = await openParquetHere(path);
    return { facts: { rows, columns, nested }, ask: { read }, close };
  },
} as const;

/** What a reading thread can open. */
export type Opener = keyof typeof openers;
