import type { TBranch, TTree } from "jsroot/tree";
import { DataError } from "../../../core/errors.js";
import type { LargeIntegers } from "../../../core/files/largeIntegers.js";
import { quoted } from "../../../core/printable.js";
import { optionalPackage } from "../../../figures/output/optionalPackage.js";
import { columnWriter } from "./columnWriter.js";
import { step } from "../thread/foreignWork.js";
import type { RootColumn } from "./rootColumn.js";
import type { RootFile } from "./rootFile.js";

/**
 * A branch of objects, through jsroot's reading of classes: lists of numbers that are members of
 * objects, for example. What holds no numbers is refused entry by entry.
 * @throws DataError for what holds no numbers, or is damaged
 */
export async function readObjects(
  file: RootFile,
  tree: TTree,
  name: string,
  branch: TBranch,
  { first, count, integers }: { first: number; count: number; integers: LargeIntegers },
): Promise<RootColumn> {
  const { path } = file;
  const packed = branch.fLeaves?.arr?.find(({ _typename: kind }) =>
    /^TLeaf(?:F16|D32)$/.test(kind),
  );
  if (packed) {
    const kind = packed._typename === "TLeafF16" ? "Float16_t" : "Double32_t";
    const fact = `${path}: the branch ${quoted(branch.fName)} holds ${kind}, which is not read`;
    throw new DataError(`${fact}. Write it as float or double.`, { path, branch: branch.fName });
  }
  const { TSelector, treeProcess } = await optionalPackage(
    "jsroot",
    () => import("jsroot/tree"),
    "Reading a ROOT file",
  );
  const column = columnWriter(path, branch, count, integers);
  const selector = new TSelector();
  selector.addBranch(branch, "column");
  let done = 0;
  let fault: unknown;
  selector.Process = (entry) => {
    if (fault) return; // jsroot would lose what is thrown here
    try {
      column.push(selector.tgtobj.column, entry);
      done++;
      step();
    } catch (error) {
      fault = error;
    }
  };
  const range = { firstentry: first, numentries: count };
  await file
    .guard(() => treeProcess(tree, selector, range))
    .catch((error: unknown) => (fault ??= error));
  fault = file.failure() ?? fault;
  if (fault instanceof DataError) throw fault;
  if (fault || done !== count) {
    const why = fault ? ` (${(fault as Error).message})` : "";
    const what = `${path}: ${quoted(name)}, branch ${quoted(branch.fName)}`;
    const fact = `${what}, could not be read beyond entry ${first + done}`;
    throw new DataError(
      `${fact}${why}. It is damaged, or holds a kind of objects that is not read; leave it out.`,
      { path, entry: first + done },
    );
  }
  return column.end();
}
