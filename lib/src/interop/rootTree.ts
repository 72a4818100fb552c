import type { RootDirectory } from "jsroot/io";
import type { TBranch, TTree } from "jsroot/tree";
import { ConfigError, DataError, PhaselensError } from "../core/errors.js";
import { optionalPackage } from "../figures/optionalPackage.js";
import { closestNames } from "./closestNames.js";
import { columnWriter } from "./columnWriter.js";
import type { RootColumn } from "./rootColumn.js";
import { openRootFile, type RootFile } from "./rootFile.js";

/** A tree of a ROOT file, open for reading. */
export interface RootTree {
  readonly path: string;
  /** Name of the tree, with its folder. */
  readonly tree: string;
  readonly entries: number;
  readonly branches: readonly string[];
  /**
   * Some branches of the entries first … first + count − 1. What is read and held at a time are the compressed baskets of these branches
   * that have these entries, and the numbers.
   * @throws ConfigError for entries that there are not, DataError for a branch that there is not (naming those that there are, the most
   *   similar first), that does not hold numbers or cannot be read
   */
  read(branches: readonly string[], first: number, count: number): Promise<Record<string, RootColumn>>;
  close(): void;
}

/**
 * Opens a tree, e.g. "events" or "deepntuplizer/tree".
 * @throws DataError if the file is none or truncated, or has no such tree, MissingPackageError without jsroot
 */
export async function openRootTree(path: string, tree: string): Promise<RootTree> {
  const file = await openRootFile(path);
  try {
    const found = await findTree(file, tree);
    const byName = new Map(branchesOf(found).filter((branch) => typeof branch?.fName === "string").map((branch) => [branch.fName, branch]));
    return {
      path,
      tree,
      entries: found.fEntries,
      branches: [...byName.keys()],
      read: (names, first, count) => readBranches(file, found, tree, byName, { names, first, count }),
      close: file.close,
    };
  } catch (error) {
    file.close();
    if (error instanceof PhaselensError) throw error;
    const fact = `${path}: "${tree}" cannot be read (${(error as Error).message})`;
    throw new DataError(`${fact}. The file is damaged; fetch it again.`, { path, tree });
  }
}

/** Of one column, 1 GiB of doubles: what a file says of its entries is held against it before memory is taken. */
const MOST_NUMBERS = 2 ** 27;

async function findTree(file: RootFile, name: string): Promise<TTree> {
  const { path, directory } = file;
  const found = (await directory.readObject(name).catch(() => undefined)) as TTree | undefined;
  if (file.failure()) throw file.failure();
  if (found?.fBranches && typeof found.fEntries === "number") return found;
  if (found) throw new DataError(`${path}: "${name}" is a ${found._typename}, not a TTree. Name a tree.`, { path, name });
  const known = closestNames(name, await treeNames(directory));
  throw new DataError(`${path}: there is no tree "${name}"; there are ${known}. Name one of these.`, { path, name });
}

async function treeNames(directory: RootDirectory, folder: string = ""): Promise<string[]> {
  const names: string[] = [];
  for (const { fName, fClassName } of directory.fKeys) {
    if (fClassName.startsWith("TTree") || fClassName.startsWith("TNtuple")) names.push(folder + fName);
    if (fClassName.startsWith("TDirectory")) {
      const inner = (await directory.readObject(fName).catch(() => undefined)) as RootDirectory | undefined;
      if (inner?.fKeys) names.push(...(await treeNames(inner, `${folder}${fName}/`)));
    }
  }
  return [...new Set(names)]; // a key for each cycle
}

const branchesOf = ({ fBranches }: Pick<TTree, "fBranches">): TBranch[] =>
  (fBranches?.arr ?? []).flatMap((branch) => [branch, ...branchesOf(branch ?? {})]);

async function readBranches(
  file: RootFile, tree: TTree, name: string, byName: ReadonlyMap<string, TBranch>,
  { names, first, count }: { names: readonly string[]; first: number; count: number },
): Promise<Record<string, RootColumn>> {
  const { path } = file;
  const { TSelector, treeProcess } = await optionalPackage("jsroot", () => import("jsroot/tree"), "Reading a ROOT file");
  if (!(Number.isInteger(first) && Number.isInteger(count) && first >= 0 && count >= 1 && first + count <= tree.fEntries)) {
    const fact = `${path}: entries from ${first}, ${count} of them; "${name}" has ${tree.fEntries}`;
    throw new ConfigError(`${fact}. Ask for at least one, and for none beyond the last.`, { first, count });
  }
  if (count > MOST_NUMBERS) {
    throw new ConfigError(`${path}: ${count} entries are asked for, at most ${MOST_NUMBERS} are read at a time. Read them in parts.`, { count });
  }
  const wanted = [...new Set(names)].map((branch) => {
    const found = byName.get(branch);
    if (found) return found;
    const fact = `${path}: "${name}" has no branch "${branch}"; it has ${closestNames(branch, [...byName.keys()])}`;
    throw new DataError(`${fact}. Name one of these.`, { path, branch });
  });
  const columns = wanted.map((branch) => columnWriter(path, branch, count));
  const selector = new TSelector();
  // jsroot adds the branch that counts the objects of a list by itself, and then refuses to add it once more
  const counted = (branch: TBranch): boolean => Boolean(branch.fLeaves?.arr[0]?.fLeafCount);
  for (const list of [false, true]) {
    wanted.forEach((branch, k) => counted(branch) === list && selector.addBranch(branch, `column${k}`));
  }
  let done = 0;
  let fault: unknown;
  selector.Process = (entry) => {
    if (fault) return; // jsroot would lose what is thrown here
    try {
      columns.forEach((column, k) => column.push(selector.tgtobj[`column${k}`], entry));
      done++;
    } catch (error) {
      fault = error;
    }
  };
  const range = { firstentry: first, numentries: count };
  await file.guard(() => treeProcess(tree, selector, range)).catch((error: unknown) => (fault ??= error));
  fault = file.failure() ?? fault;
  if (fault instanceof DataError) throw fault;
  if (fault || done !== count) {
    const why = fault ? ` (${(fault as Error).message})` : "";
    const fact = `${path}: "${name}" could not be read beyond entry ${first + done}${why}, branches ${names.slice(0, 3).join(", ")} …`;
    throw new DataError(`${fact}. It is damaged; fetch it again.`, { path, entry: first + done });
  }
  return Object.fromEntries(columns.map((column, k) => [wanted[k].fName, column.end()]));
}
