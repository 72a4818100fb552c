import { takes } from "../../core/arguments/takes.js";
import { filePath, listOf, optional, record, text } from "../../core/arguments/kinds.js";
import { ConfigError } from "../../core/errors.js";
import type { LargeIntegers } from "../../core/files/largeIntegers.js";
import type { RootColumn } from "./root/rootColumn.js";
import { openRootTree } from "./root/openRootTree.js";
import { rowCount } from "./rowCount.js";

/** Options of `readRootTree`. */
export interface ReadRootTreeOptions {
  /** Its name, with its folder: "events", "deepntuplizer/tree". */
  readonly tree: string;
  /**
   * Branches to read; a branch of a list is read without naming the branch that counts it. Where
   * several have one name, the path: "muon/pt" for the branch pt in the branch muon. A leaf of a
   * branch with several is "branch.leaf".
   */
  readonly branches: readonly string[];
  /** First entry, 0 by default. */
  readonly first?: number;
  /** How many entries, all from the first on by default. */
  readonly count?: number;
  /** What becomes of integers that no double equals (default "exact": they are refused). */
  readonly integers?: LargeIntegers;
}

/**
 * Branches of a TTree, or fields of an RNTuple, as columns by their names: one number an entry as
 * `Float64Array` [entries], lists (arrays with a counter, arrays of fixed length row by row,
 * `std::vector`) as values and offsets. Numbers are the stored ones, floats included, and may be
 * NaN. Reads zlib, LZMA, LZ4 and zstd.
 *
 * @throws DataError if the file, tree or branch is not there, several have the name, the file is
 *   damaged, a branch holds no numbers, or an integer that no double equals; ConfigError for
 *   entries that there are not; MissingPackageError without jsroot
 * @example
 * ```ts
 * import { interop } from "phaselens";
 * const tree = "deepntuplizer/tree";
 * const options = { tree, branches: ["fj_pt", "track_ptrel"], count: 5 };
 * const columns = await interop.readRootTree("jets.root", options);
 * console.log(Object.keys(columns).join(" ")); // → fj_pt track_ptrel
 * ```
 */
export async function readRootTree(
  path: string,
  options: ReadRootTreeOptions,
): Promise<Record<string, RootColumn>> {
  takes("readRootTree", {
    path: [path, filePath],
    options: [options, record({ tree: text, branches: listOf(text), count: optional(rowCount) })],
  });
  const { tree, branches, first = 0, count, integers } = options;
  if (branches.length === 0) {
    throw new ConfigError(`readRootTree: no branch is named. Name at least one.`, { path });
  }
  const opened = await openRootTree(path, tree);
  try {
    return await opened.read(branches, first, count ?? opened.entries - first, integers);
  } finally {
    opened.close();
  }
}
