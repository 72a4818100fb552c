// jsroot declares its main module alone, which loads all that draws; these are the parts that read files, as far as they are used.
declare module "jsroot/core" {
  export const internals: { _ZstdStream?: { decompress(bytes: Uint8Array): Uint8Array } };
}

declare module "jsroot/io" {
  export interface RootKey {
    readonly fName: string;
    readonly fClassName: string;
  }
  export interface RootDirectory {
    readonly fKeys: readonly RootKey[];
    readObject(name: string): Promise<unknown>;
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
}

declare module "jsroot/tree" {
  export interface TLeaf {
    readonly _typename: string;
    readonly fLeafCount?: { readonly fName: string } | null;
  }
  export interface TBranch {
    readonly fName: string;
    readonly fEntries: number;
    readonly fLeaves?: { readonly arr: readonly TLeaf[] };
    readonly fBranches?: { readonly arr: readonly TBranch[] };
  }
  export interface TTree {
    readonly _typename: string;
    readonly fEntries: number;
    readonly fBranches?: { readonly arr: readonly TBranch[] };
  }
  export class TSelector {
    readonly tgtobj: Record<string, unknown>;
    addBranch(branch: TBranch, name: string): number;
    Process(entry: number): void;
    Terminate(whole: boolean): void;
  }
  export function treeProcess(tree: TTree, selector: TSelector, range: { firstentry: number; numentries: number }): Promise<unknown>;
}
