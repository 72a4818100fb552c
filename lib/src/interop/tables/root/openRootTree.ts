import { openInThread } from "../thread/openInThread.js";
import { openRootTreeHere } from "./openRootTreeHere.js";
import type { RootColumn } from "./rootColumn.js";
import type { RootTree } from "./rootTree.js";

/**
 * Opens a TTree or RNTuple, e.g. "events" or "deepntuplizer/tree". jsroot reads in a thread of its
 * own, which is ended where a damaged file lets it run or grow without end.
 * @throws DataError if the file is none, truncated or damaged, or has no such tree,
 *   MissingPackageError without jsroot
 */
export async function openRootTree(path: string, tree: string): Promise<RootTree> {
  const file = await openInThread("a ROOT file", path, tree);
  if (!file) return openRootTreeHere(path, tree);
  const { entries, branches } = file.facts as Pick<RootTree, "entries" | "branches">;
  return {
    path,
    tree,
    entries,
    branches,
    read: async (names, first, count, integers) =>
      (await file.ask("read", names, first, count, integers)) as Record<string, RootColumn>,
    close: file.close,
  };
}
