import type { TBranch, TLeaf } from "jsroot/tree";

/** A branch, or one of several leaves of a branch, with the names that lead to it. */
export interface NamedBranch {
  /** Names of the branches that it lies in and its own, apart by "/": no other has the same. */
  readonly path: string;
  /** Its own name, which others may have as well. */
  readonly name: string;
  readonly branch: TBranch;
  readonly leaf: TLeaf | undefined;
}

/**
 * All branches of a tree and the leaves of those with several ("branch.leaf"). Branches of one name
 * in one place, which only damaged or odd files have, are told apart as "name;1", "name;2".
 */
export function branchPaths(
  branches: readonly (TBranch | null | undefined)[],
  above: string = "",
): NamedBranch[] {
  const own = branches.filter((branch): branch is TBranch => typeof branch?.fName === "string");
  const seen = new Map<string, number>();
  const all = new Map<string, number>();
  for (const { fName } of own) all.set(fName, (all.get(fName) ?? 0) + 1);
  return own.flatMap((branch) => {
    const { fName: name } = branch;
    const turn = (seen.get(name) ?? 0) + 1;
    seen.set(name, turn);
    const path = `${above}${name}${all.get(name)! > 1 ? `;${turn}` : ""}`;
    const leaves = branch._typename === "TBranchElement" ? [] : (branch.fLeaves?.arr ?? []);
    const parts =
      leaves.length < 2
        ? []
        : leaves.map((leaf) => ({
            path: `${path}.${leaf.fName}`,
            name: `${name}.${leaf.fName}`,
            branch,
            leaf,
          }));
    return [
      { path, name, branch, leaf: undefined },
      ...parts,
      ...branchPaths(branch.fBranches?.arr ?? [], `${path}/`),
    ];
  });
}
