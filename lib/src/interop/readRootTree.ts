import { ConfigError } from "../core/errors.js";
import type { RootColumn } from "./rootColumn.js";
import { openRootTree } from "./rootTree.js";

export interface ReadRootTreeOptions {
  /** Its name, with its folder: "events", "deepntuplizer/tree". */
  readonly tree: string;
  /** Branches to read; a branch of a list is read without naming the branch that counts it. */
  readonly branches: readonly string[];
  /** First entry, 0 by default. */
  readonly first?: number;
  /** How many entries, all from the first on by default. */
  readonly count?: number;
}

/**
 * Branches of a TTree as columns by their names: one number an entry as `Float64Array` [entries], lists (arrays with a counter, arrays of
 * fixed length, `std::vector`) as values and offsets. Numbers are the stored ones, floats included, and may be NaN. Reads zlib, LZMA, LZ4
 * and zstd.
 *
 * @throws DataError if the file, tree or branch is not there, the file is damaged, or a branch holds no numbers; ConfigError for entries
 *   that there are not; MissingPackageError without jsroot
 */
export async function readRootTree(path: string, options: ReadRootTreeOptions): Promise<Record<string, RootColumn>> {
  const { tree, branches, first = 0, count } = options;
  if (branches.length === 0) throw new ConfigError(`readRootTree: no branch is named. Name at least one.`, { path });
  const opened = await openRootTree(path, tree);
  try {
    return await opened.read(branches, first, count ?? opened.entries - first);
  } finally {
    opened.close();
  }
}
