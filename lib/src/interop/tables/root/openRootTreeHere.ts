import type { RootDirectory } from "jsroot/io";
import type { TBranch, TTree } from "jsroot/tree";
import { DataError, PhaselensError } from "../../../core/errors.js";
import type { LargeIntegers } from "../../../core/files/largeIntegers.js";
import { quoted } from "../../../core/printable.js";
import { closestNames } from "../../models/closestNames.js";
import { branchLayout } from "./branchLayout.js";
import { branchPaths, type NamedBranch } from "./branchPaths.js";
import { checkEntries } from "./checkEntries.js";
import { openNtuple } from "./ntuple/openNtuple.js";
import { isNtupleClass, ntupleKey, readAnchor } from "./ntuple/readAnchor.js";
import { readBranch } from "./readBranch.js";
import { readObjects } from "./readObjects.js";
import type { RootColumn } from "./rootColumn.js";
import { openRootFile, type RootFile } from "./rootFile.js";
import type { RootTree } from "./rootTree.js";

/**
 * Opens a TTree or RNTuple in this thread, see `openRootTree`.
 * @throws DataError if the file is none or truncated, or has no such tree, MissingPackageError
 *   without jsroot
 */
export async function openRootTreeHere(path: string, tree: string): Promise<RootTree> {
  const file = await openRootFile(path);
  try {
    const key = await ntupleKey(file.directory, tree);
    if (key) return await openNtuple(file, await readAnchor(key, file.bytes), tree);
    const found = await findTree(file, tree);
    const all = branchPaths(found.fBranches?.arr ?? []);
    const times = new Map<string, number>();
    for (const { name } of all) times.set(name, (times.get(name) ?? 0) + 1);
    return {
      path,
      tree,
      entries: found.fEntries,
      branches: all.map((one) => (times.get(one.name) === 1 ? one.name : one.path)),
      async read(names, first, count, integers = "exact") {
        const wanted = [...new Set(names)].map((name) => findBranch(path, tree, all, name));
        checkEntries(path, tree, found.fEntries, first, count);
        const columns: RootColumn[] = [];
        for (const one of wanted) {
          columns.push(await readOne(file, found, tree, one, { first, count, integers }));
        }
        return Object.fromEntries([...new Set(names)].map((name, k) => [name, columns[k]]));
      },
      close: file.close,
    };
  } catch (error) {
    file.close();
    throw damaged(error, `${path}: ${quoted(tree)}`);
  }
}

const damaged = (error: unknown, what: string): PhaselensError =>
  error instanceof PhaselensError
    ? error
    : new DataError(
        `${what} cannot be read (${(error as Error).message}). It is damaged; fetch it again.`,
      );

async function findTree(file: RootFile, name: string): Promise<TTree> {
  const { path, directory } = file;
  let fault: unknown;
  const found = (await directory.readObject(name).catch((error: unknown) => {
    fault = error;
  })) as TTree | undefined;
  if (file.failure()) throw file.failure();
  if (found?.fBranches && typeof found.fEntries === "number") return found;
  if (found && /^T(?:Tree|NtupleD?)$/.test(found._typename)) {
    throw damaged(new Error("it has no branches"), `${path}: ${quoted(name)}`);
  }
  if (found) {
    const fact = `${path}: ${quoted(name)} is a ${found._typename}, not a TTree`;
    throw new DataError(`${fact}. Name a tree.`, { path, name });
  }
  const names = await treeNames(directory);
  if (names.includes(name)) throw damaged(fault ?? new Error("empty"), `${path}: ${quoted(name)}`);
  const known = closestNames(name, names);
  const fact = `${path}: there is no tree ${quoted(name)}; there are ${known}`;
  throw new DataError(`${fact}. Name one of these.`, { path, name });
}

async function treeNames(directory: RootDirectory, folder: string = ""): Promise<string[]> {
  const names: string[] = [];
  for (const { fName, fClassName } of directory.fKeys) {
    if (/^(?:TTree|TNtuple)/.test(fClassName) || isNtupleClass(fClassName))
      names.push(folder + fName);
    if (fClassName.startsWith("TDirectory")) {
      const inner = await directory.readObject(fName).catch(() => undefined);
      const { fKeys } = (inner ?? {}) as Partial<RootDirectory>;
      if (fKeys) names.push(...(await treeNames(inner as RootDirectory, `${folder}${fName}/`)));
    }
  }
  return [...new Set(names)]; // a key for each cycle
}

/** A branch by its path, or by its name if no other has it. */
function findBranch(
  path: string,
  tree: string,
  all: readonly NamedBranch[],
  name: string,
): NamedBranch {
  const exact = all.find((one) => one.path === name);
  if (exact) return exact;
  const found = all.filter((one) => one.name === name);
  if (found.length === 1) return found[0];
  const details = { path, branch: name };
  if (found.length > 1) {
    const paths = found
      .slice(0, 8)
      .map((one) => quoted(one.path, 200))
      .join(", ");
    const several = `${found.length} branches of the name ${quoted(name)}`;
    const fact = `${path}: ${quoted(tree)} has ${several}`;
    throw new DataError(`${fact}. Name one by its path: ${paths}.`, details);
  }
  const known = closestNames(
    name,
    all.map((one) => one.name),
  );
  const fact = `${path}: ${quoted(tree)} has no branch ${quoted(name)}; it has ${known}`;
  throw new DataError(`${fact}. Name one of these.`, details);
}

async function readOne(
  file: RootFile,
  found: TTree,
  tree: string,
  { branch, leaf, path: name }: NamedBranch,
  range: { first: number; count: number; integers: LargeIntegers },
): Promise<RootColumn> {
  const { path } = file;
  const what = `${path}: ${quoted(tree)}, branch ${quoted(name)}`;
  try {
    checkBranch(path, found, branch, name);
    const layout = branchLayout(branch, leaf);
    if (!layout) return await readObjects(file, found, tree, branch, range);
    return await readBranch(branch, layout, what, range, file.bytes);
  } catch (error) {
    throw damaged(error, what);
  }
}

function checkBranch(path: string, tree: TTree, branch: TBranch, name: string): void {
  const details = { path, branch: name };
  const leaves = branch.fLeaves?.arr ?? [];
  if (branch.fFileName) {
    const other = `its numbers in the file ${quoted(branch.fFileName)}`;
    const fact = `${path}: the branch ${quoted(name)} has ${other}`;
    throw new DataError(`${fact}. Write the tree to one file.`, details);
  }
  const entries = (branch.fFirstEntry ?? 0) + branch.fEntries;
  if (entries < tree.fEntries && branch._typename !== "TBranchObject" && leaves.length > 0) {
    const differ = `${entries} entries, its tree ${tree.fEntries}`;
    const fact = `${path}: the branch ${quoted(name)} has ${differ}`;
    throw new DataError(`${fact}. It was not filled with the others; leave it out.`, details);
  }
}
