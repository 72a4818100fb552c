import type { TBranch, TLeaf } from "jsroot/tree";
import { leafType, listType, streamedType, type BasicType } from "./basicType.js";

/** How the numbers of an entry lie in the baskets of a branch. */
export interface BranchLayout {
  readonly type: BasicType;
  /** One number, always so many, or as many as the entry is long. */
  readonly count: 1 | number | "list";
  /** Whether there is one number that is no list of one. */
  readonly single: boolean;
  /** Bytes of an entry and where the numbers begin in it, for entries of one length. */
  readonly stride: number;
  readonly offset: number;
  /** Whether a list begins with the header of an object and its number of items. */
  readonly object: boolean;
}

/** Arrays of fixed length and with a counter have these added to their type (EReadWrite). */
const [FIXED_ARRAY, COUNTED_ARRAY] = [20, 40];
/** Members of the objects in a TClonesArray or a list. */
const [CLONES_MEMBER, LIST_MEMBER] = [31, 41];

/**
 * The layout of a branch whose entries are plain numbers: leaves of TBranch; members of classes and
 * of lists of classes that are branches of their own; std::vector and its like. Undefined for the
 * rest: texts, objects, lists of lists, compressed floats.
 * @param leaf  which one, of a branch with several
 */
export function branchLayout(branch: TBranch, leaf?: TLeaf): BranchLayout | undefined {
  const leaves = branch.fLeaves?.arr ?? [];
  if (leaf !== undefined) return severalLeaves(leaves, leaf);
  if (leaves.length !== 1) return undefined;
  return branch._typename === "TBranchElement"
    ? elementLayout(branch, leaves[0])
    : leafLayout(leaves[0]);
}

const fixed = (type: BasicType, count: number, single: boolean): BranchLayout => ({
  type,
  count,
  single,
  stride: count * type.bytes,
  offset: 0,
  object: false,
});
const list = (type: BasicType, object: boolean): BranchLayout => ({
  type,
  count: "list",
  single: false,
  stride: 0,
  offset: 0,
  object,
});

function leafLayout({
  _typename: kind,
  fIsUnsigned,
  fLen,
  fLeafCount,
}: TLeaf): BranchLayout | undefined {
  const type = leafType(kind, Boolean(fIsUnsigned));
  if (!type) return undefined;
  // x[n] and x[n][2]: the entry is as long as it is, whatever the counter is called
  return fLeafCount ? list(type, false) : fixed(type, fLen, fLen === 1);
}

function elementLayout(branch: TBranch, leaf: TLeaf): BranchLayout | undefined {
  const { fType: kind = 0, fStreamerType: code = -1, fClassName: name = "" } = branch;
  if (code === -1) {
    const type = kind === 0 ? listType(name) : undefined;
    return type && list(type, true);
  }
  const isMember = kind === CLONES_MEMBER || kind === LIST_MEMBER;
  const type = streamedType(
    code >= COUNTED_ARRAY ? -1 : code >= FIXED_ARRAY ? code - FIXED_ARRAY : code,
  );
  if (!type || (kind !== 0 && !isMember)) return undefined;
  if (isMember) return list(type, false);
  return code >= FIXED_ARRAY ? fixed(type, leaf.fLen, false) : fixed(type, 1, true);
}

/** One of several leaves that lie one after the other in each entry, all of fixed length. */
function severalLeaves(leaves: readonly TLeaf[], wanted: TLeaf): BranchLayout | undefined {
  let [stride, offset] = [0, 0];
  for (const leaf of leaves) {
    const type = leafType(leaf._typename, Boolean(leaf.fIsUnsigned));
    if (!type || leaf.fLeafCount) return undefined;
    if (leaf === wanted) offset = stride;
    stride += leaf.fLen * type.bytes;
  }
  const own = leafLayout(wanted);
  return own && { ...own, stride, offset };
}
