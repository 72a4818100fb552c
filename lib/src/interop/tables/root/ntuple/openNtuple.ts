import { DataError, PhaselensError } from "../../../../core/errors.js";
import { printable, quoted } from "../../../../core/printable.js";
import { closestNames } from "../../../models/closestNames.js";
import { checkEntries } from "../checkEntries.js";
import type { BranchRange } from "../readBranch.js";
import type { RootColumn } from "../rootColumn.js";
import type { RootFile } from "../rootFile.js";
import type { RootTree } from "../rootTree.js";
import { readContents, type NtupleAnchor, type NtupleContents } from "./envelopes.js";
import { fieldPlan } from "./fieldPlan.js";
import { namedFields, type NamedField } from "./namedFields.js";
import { readField } from "./readField.js";

/**
 * An RNTuple of a ROOT file as a tree: its fields are the branches, parts of records and of lists
 * of records as "muons.pt".
 * @throws DataError if it is damaged, or of a format before 1.0
 */
export async function openNtuple(
  file: RootFile,
  anchor: NtupleAnchor,
  tree: string,
): Promise<RootTree> {
  const what = `${file.path}: ${quoted(tree)}`;
  if (!(anchor.fVersionEpoch >= 1)) {
    const fact = `${what} is an RNTuple of a format before 1.0, which is not read`;
    throw new DataError(`${fact}. Write it again with ROOT 6.34 or later.`, {
      path: file.path,
      tree,
    });
  }
  const largest = Math.max(anchor.fNBytesHeader, anchor.fNBytesFooter);
  if (anchor.fMaxKeySize > 0 && largest > anchor.fMaxKeySize) {
    const fact = `${what} describes itself in ${largest} bytes, more than are read at a time`;
    throw new DataError(`${fact}. Write fewer clusters.`, { path: file.path, tree });
  }
  const contents = await readContents(anchor, file.bytes).catch((error: unknown) => {
    throw damaged(error, what);
  });
  const fields = namedFields(contents.schema);
  const entries = contents.clusters.reduce((sum, cluster) => sum + cluster.entries, 0);
  return {
    path: file.path,
    tree,
    entries,
    branches: fields.filter(({ isItem }) => !isItem).map(({ path }) => path),
    async read(names, first, count, integers = "exact") {
      const wanted = [...new Set(names)];
      const found = wanted.map((name) => findField(file.path, tree, fields, name));
      checkEntries(file.path, tree, entries, first, count);
      const columns: [string, RootColumn][] = [];
      for (const [k, name] of wanted.entries()) {
        const range = { first, count, integers };
        columns.push([name, await readOne(file, tree, contents, found[k], range)]);
      }
      return Object.fromEntries(columns);
    },
    close: file.close,
  };
}

const damaged = (error: unknown, what: string): PhaselensError =>
  error instanceof PhaselensError
    ? error
    : new DataError(
        `${what} cannot be read (${(error as Error).message}). It is damaged; fetch it again.`,
      );

function findField(
  path: string,
  tree: string,
  fields: readonly NamedField[],
  name: string,
): NamedField {
  const found =
    fields.find((one) => one.path === name && !one.isItem) ??
    fields.find((one) => one.qualified === name);
  if (found) return found;
  const known = closestNames(
    name,
    fields.filter((one) => !one.isItem).map((one) => one.path),
  );
  const fact = `${path}: ${quoted(tree)} has no field ${quoted(name)}; it has ${known}`;
  throw new DataError(`${fact}. Name one of these.`, { path, branch: name });
}

async function readOne(
  file: RootFile,
  tree: string,
  contents: NtupleContents,
  { path: name, place }: NamedField,
  range: BranchRange,
): Promise<RootColumn> {
  const plan = fieldPlan(contents.schema, place);
  const what = `${file.path}: ${quoted(tree)}, field ${quoted(name)}`;
  if (plan.kind === "none") {
    const fact = `${what} holds ${printable(plan.holds)}, not numbers`;
    throw new DataError(`${fact}. ${printable(plan.cure)}.`, { path: file.path, branch: name });
  }
  try {
    return await readField(contents, plan, what, range, file.bytes);
  } catch (error) {
    throw damaged(error, what);
  }
}
