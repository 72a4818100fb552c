import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { decompress } from "fzstd";
import type { RootDirectory, TBuffer } from "jsroot/io";
import { DataError } from "../../../core/errors.js";
import { otherFormat, recognise } from "../../../core/files/fileFormat.js";
import { optionalPackage } from "../../../figures/output/optionalPackage.js";
import { allowanceFor, foreignTurns } from "../thread/foreignWork.js";
import { checkSizes } from "./checkedSizes.js";
import { withSafeConsole } from "./safeConsole.js";

/** A ROOT file, open for reading. */
export interface RootFile {
  readonly path: string;
  readonly directory: RootDirectory;
  /** Bytes of the file. @throws DataError where it ends before */
  bytes(this: void, position: number, length: number): DataView;
  /**
   * What went wrong with a read since the file was opened; jsroot itself only says that something
   * did.
   */
  failure(): DataError | undefined;
  /**
   * The result of `action`, or the first error of jsroot within it, which jsroot itself may leave
   * unhandled and then not come back.
   */
  guard<T>(action: () => Promise<T>): Promise<T>;
  close(): void;
}

const HEADER = 20; // bytes: "root", version, begin and end of the data

/**
 * Opens a ROOT file and compares its size with the end that its header names, so that a download
 * that stopped is not read for a while first. Nothing but what is asked for is read.
 * @throws DataError if it cannot be read, is no ROOT file or is truncated, MissingPackageError
 *   without jsroot
 */
export async function openRootFile(path: string): Promise<RootFile> {
  const jsroot = await optionalPackage("jsroot", () => import("jsroot/io"), "Reading a ROOT file");
  const { internals } = await import("jsroot/core");
  // the one that jsroot would load by itself ends the process at any unhandled error
  internals._ZstdStream = { decompress: (bytes) => decompress(bytes) };
  repairIntegers(jsroot.TBuffer);
  checkSizes(jsroot.TBuffer);
  const descriptor = openToRead(path);
  let failed: DataError | undefined;
  const cut = (missing: number): DataError => {
    const fact = `${path}: ends ${missing} bytes before a record does`;
    return (failed ??= new DataError(`${fact}. It is truncated; fetch it again.`, { path }));
  };
  const read = (position: number, length: number): DataView => {
    const beyond = position + length - fstatSync(descriptor).size;
    if (!(position >= 0 && length >= 0 && beyond <= 0)) throw cut(beyond);
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = readSync(descriptor, bytes, done, length - done, position + done);
      if (count === 0) throw cut(length - done);
      done += count;
    }
    return new DataView(bytes.buffer);
  };
  class File extends jsroot.FileProxy {
    override openFile = async (): Promise<boolean> => true;
    override getFileName = (): string => path;
    override getFileSize = (): number => fstatSync(descriptor).size;
    override readBuffer = async (position: number, length: number): Promise<DataView> =>
      read(position, length);
  }
  let closed = false;
  const close = (): void => {
    if (!closed) closeSync(descriptor);
    closed = true;
  };
  try {
    const { size } = fstatSync(descriptor);
    checkSize(path, size, read);
    const allowance = allowanceFor(size);
    const parsing = <T>(call: () => Promise<T>): Promise<T> =>
      withSafeConsole(() => foreignTurns(allowance, call));
    const directory = await parsing(() => jsroot.openFile(new File()));
    const { readObject } = directory;
    directory.readObject = (name) => parsing(() => readObject.call(directory, name));
    const watch = watchReads(directory, read);
    const guard = <T>(action: () => Promise<T>): Promise<T> =>
      foreignTurns(allowance, () => watch(action));
    return { path, directory, bytes: read, failure: () => failed, guard, close };
  } catch (error) {
    close();
    if (error instanceof DataError) throw error;
    const fact = `${path}: cannot be read as a ROOT file (${(error as Error).message})`;
    throw new DataError(`${fact}. It is damaged; fetch it again.`, { path });
  }
}

/** jsroot 7.11 reads integers of eight bytes below −2³¹ wrongly: −2³² as 0. */
function repairIntegers({ prototype }: typeof TBuffer): void {
  prototype.ntoi8 = function (this: TBuffer): number | bigint {
    const exact = this.arr.getBigInt64(this.o);
    this.o += 8;
    const value = Number(exact);
    return Number.isSafeInteger(value) ? value : exact;
  };
}

/**
 * Makes what jsroot does with the bytes it reads report its errors: it drops the promise of the
 * loop over a tree, so an error in there would end the process and the loop would never return.
 */
function watchReads(
  directory: RootDirectory,
  read: (position: number, length: number) => DataView,
): RootFile["guard"] {
  let report: (error: unknown) => void = () => {};
  class Watched<T> extends Promise<T> {
    override then<A = T, B = never>(
      onValue?: ((value: T) => A | PromiseLike<A>) | null,
      onError?: ((error: unknown) => B | PromiseLike<B>) | null,
    ): Promise<A | B> {
      const next = super.then(onValue, onError);
      Promise.prototype.then.call(next, undefined, (error: unknown) => report(error));
      return next;
    }
  }
  directory.readBuffer = (places) =>
    new Watched((resolve) => {
      const blocks = Array.from({ length: places.length / 2 }, (_, k) =>
        read(places[2 * k], places[2 * k + 1]),
      );
      resolve(blocks.length === 1 ? blocks[0] : blocks);
    });
  return (action) =>
    withSafeConsole(
      () =>
        new Promise((resolve, reject) => {
          report = reject;
          action().then(resolve, reject);
        }),
    );
}

function openToRead(path: string): number {
  try {
    const descriptor = openSync(path, "r");
    if (fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
  } catch (error) {
    const fact = `${path}: cannot be read (${(error as Error).message})`;
    throw new DataError(`${fact}. Name a file that exists.`, { path });
  }
  throw new DataError(`${path}: is no file. Name a file, not its folder.`, { path });
}

/**
 * The header: "root", then big-endian a version, and begin and end of the data; the end has eight
 * bytes from version 1,000,000 on.
 */
function checkSize(
  path: string,
  size: number,
  read: (position: number, length: number) => DataView,
): void {
  const head = read(0, Math.min(size, 2 ** 16));
  if (size < HEADER || head.getUint32(0) !== 0x726f6f74) {
    const bytes = new Uint8Array(head.buffer);
    const found = recognise(bytes);
    if (found && found.format !== "root") throw otherFormat(path, bytes, "a ROOT file", "");
    const fact = `${path}: is no ROOT file; one begins with the letters "root"`;
    throw new DataError(`${fact}. Name a ROOT file.`, { path });
  }
  const end = head.getInt32(4) >= 1_000_000 ? Number(head.getBigUint64(12)) : head.getUint32(12);
  if (size < end) {
    const fact = `${path}: has ${size} bytes, its header says ${end}`;
    throw new DataError(`${fact}. It is truncated; fetch it again.`, { path, size, end });
  }
}
