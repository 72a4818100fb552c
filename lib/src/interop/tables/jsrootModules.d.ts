// jsroot declares its main module alone, which loads all that draws; these are the parts that read
// files, as far as they are used.
declare module "jsroot/core" {
  export const internals: { _ZstdStream?: { decompress(bytes: Uint8Array): Uint8Array } };
}

declare module "jsroot/io" {
  export interface RootKey {
    readonly fName: string;
    readonly fClassName: string;
    /** Where the record is, bytes of it, of its header, and of the object unpacked. */
    readonly fSeekKey: number;
    readonly fNbytes: number;
    readonly fKeylen: number;
    readonly fObjlen: number;
  }
  export interface RootDirectory {
    readonly fKeys: readonly RootKey[];
    readObject: (name: string) => Promise<unknown>;
    /** One block, or several, at [position, length, position, length, …]. */
    readBuffer: (places: readonly number[]) => Promise<DataView | DataView[]>;
  }
  /** Gives jsroot the bytes of a file. */
  export class FileProxy {
    openFile(): Promise<boolean>;
    getFileName(): string;
    getFileSize(): number;
    readBuffer(position: number, length: number): Promise<DataView>;
  }
  export function openFile(file: FileProxy): Promise<RootDirectory>;
  /** Unpacks blocks; null if they are damaged. */
  export function R__unzip(
    packed: DataView,
    size: number,
    quiet: boolean,
    from: number,
  ): Promise<DataView | null>;
  export class TBuffer {
    readonly arr: DataView;
    o: number;
    ntoi8(): number | bigint;
  }
}

declare module "jsroot/tree" {
  import type { TBuffer } from "jsroot/io";

  export interface TLeaf {
    readonly _typename: string;
    readonly fName: string;
    /** Numbers of an entry, or for each count. */
    readonly fLen: number;
    readonly fIsUnsigned?: boolean;
    readonly fLeafCount?: { readonly fName: string } | null;
  }
  /** A basket that lies in the tree itself. */
  export interface TBasket {
    readonly fKeylen: number;
    readonly fNevBuf: number;
    readonly fLast: number;
    readonly fEntryOffset?: ArrayLike<number>;
    readonly fBufferRef?: TBuffer;
  }
  export interface TBranch {
    readonly _typename: string;
    readonly fName: string;
    readonly fEntries: number;
    readonly fFirstEntry?: number;
    readonly fFileName?: string;
    readonly fEntryOffsetLen: number;
    readonly fWriteBasket: number;
    readonly fBasketBytes: ArrayLike<number>;
    readonly fBasketEntry: ArrayLike<number>;
    readonly fBasketSeek: ArrayLike<number>;
    readonly fBaskets?: { readonly arr?: readonly (TBasket | null | undefined)[] };
    /** Lists of damaged files may be without their items. */
    readonly fLeaves?: { readonly arr?: readonly TLeaf[] };
    readonly fBranches?: { readonly arr?: readonly TBranch[] };
    /** Of TBranchElement: what it is a member of, and the number of its type. */
    readonly fClassName?: string;
    readonly fType?: number;
    readonly fStreamerType?: number;
  }
  export interface TTree {
    readonly _typename: string;
    readonly fEntries: number;
    readonly fBranches?: { readonly arr?: readonly TBranch[] };
  }
  export class TSelector {
    readonly tgtobj: Record<string, unknown>;
    addBranch(branch: TBranch, name: string): number;
    Process(entry: number): void;
    Terminate(whole: boolean): void;
  }
  export function treeProcess(
    tree: TTree,
    selector: TSelector,
    range: { firstentry: number; numentries: number },
  ): Promise<unknown>;
}
