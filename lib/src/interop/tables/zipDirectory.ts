import { DataError } from "../../core/errors.js";
import { otherFormat, recognise } from "../../core/files/fileFormat.js";
import type { FormatName } from "../../core/files/fileSignatures.js";
import type { ByteSource } from "./byteSource.js";

/** A file of an archive, as its directory has it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  /** Bytes in the archive, and unpacked. */
  readonly packed: number;
  readonly size: number;
  /** Of its local header. */
  readonly at: number;
  readonly checksum: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** Bytes at the end of an archive, with the longest comment. */
const TAIL = 22 + 65536;
const HEAD = 2 ** 16;

/** Two bits of deflate stand for 258 bytes at most. */
const MOST_PER_BYTE = 1032;

/** Kinds of files that are ZIP archives. */
const zipFormats: ReadonlySet<FormatName> = new Set<FormatName>([
  "zip",
  "npz",
  "pytorch",
  "keras",
  "xlsx",
  "ods",
  "office",
]);

/** What errors of a damaged archive say. */
export const unsoundZip = (what: string, fact: string): DataError =>
  new DataError(
    `${what}: ${fact}. The file is no sound ZIP archive or is truncated; fetch it again.`,
    { what },
  );

/**
 * The directory at the end of an archive. Names, sizes and places are checked against the file:
 * together the packed files are not longer than it, and none is larger than what it is packed in
 * can hold.
 *
 * @param limit  most bytes of all files unpacked
 * @param wanted what the archive was to be, with its article, for the error about another kind of
 *   file
 * @throws DataError for what is no ZIP archive, is truncated, encrypted, or too large
 */
export function zipDirectory(
  source: ByteSource,
  what: string,
  limit: number,
  wanted: string = "a ZIP archive",
): Map<string, ZipEntry> {
  const head = source.read(0, HEAD);
  const { format } = recognise(head) ?? {};
  if (format !== undefined && !zipFormats.has(format)) throw otherFormat(what, head, wanted, "");
  const { directory, count } = findDirectory(source, what);
  const entries = new Map<string, ZipEntry>();
  let [at, total, packed] = [0, 0, 0];
  for (let k = 0; k < count; k++) {
    const next = readEntry(directory, at, k, what);
    const { entry } = next;
    if (entries.has(entry.name)) throw unsoundZip(what, `"${entry.name}" is in it twice`);
    total += entry.size;
    packed += entry.packed;
    if (total > limit) {
      throw new DataError(
        `${what}: unpacked it is ${total} bytes or more, ${limit} are allowed. Raise maximumBytes if you trust it.`,
        { total, limit },
      );
    }
    checkClaim(entry, what);
    if (packed > source.length) throw unsoundZip(what, "its files are longer than it is");
    entries.set(entry.name, entry);
    at = next.end;
  }
  return entries;
}

function findDirectory(source: ByteSource, what: string): { directory: Buffer; count: number } {
  const from = Math.max(0, source.length - TAIL);
  const tail = source.read(from, TAIL);
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
  if (end < 0) throw unsoundZip(what, "has no directory at its end");
  const at = tail.readUInt32LE(end + 16);
  const length = Math.max(0, from + end - at);
  return { directory: source.read(at, length), count: tail.readUInt16LE(end + 10) };
}

function readEntry(
  directory: Buffer,
  at: number,
  k: number,
  what: string,
): { entry: ZipEntry; end: number } {
  if (at + 46 > directory.length || directory.readUInt32LE(at) !== CENTRAL) {
    throw unsoundZip(what, `entry ${k} of its directory is not where it should be`);
  }
  const [nameLength, extra, comment] = [28, 30, 32].map((p) => directory.readUInt16LE(at + p));
  const entry: ZipEntry = {
    name: directory.toString("utf8", at + 46, at + 46 + nameLength),
    method: directory.readUInt16LE(at + 10),
    checksum: directory.readUInt32LE(at + 16),
    packed: directory.readUInt32LE(at + 20),
    size: directory.readUInt32LE(at + 24),
    at: directory.readUInt32LE(at + 42),
  };
  checkEntry(entry, (directory.readUInt16LE(at + 8) & 1) !== 0, what);
  return { entry, end: at + 46 + nameLength + extra + comment };
}

function checkEntry(entry: ZipEntry, isEncrypted: boolean, what: string): void {
  const { name, packed, size, at } = entry;
  if (isEncrypted) {
    throw new DataError(`${what}: "${name}" is encrypted. Save it without.`, { name });
  }
  if (packed === 0xffffffff || size === 0xffffffff || at === 0xffffffff) {
    throw new DataError(`${what}: "${name}" is of 4 GiB or more. Save smaller files.`, { name });
  }
}

/** @throws DataError for a file that is larger than what it is packed in can hold */
function checkClaim({ name, method, packed, size }: ZipEntry, what: string): void {
  if ((method === 0 && size !== packed) || (method === 8 && size > MOST_PER_BYTE * packed)) {
    throw unsoundZip(what, `"${name}" cannot have ${size} bytes, it is packed in ${packed}`);
  }
}

/** Where the bytes of a file begin. @throws DataError where they do not lie in the archive */
export function entryStart(source: ByteSource, entry: ZipEntry, what: string): number {
  const { name, at, packed } = entry;
  const local = source.read(at, 30);
  if (local.length < 30 || local.readUInt32LE(0) !== LOCAL) {
    throw unsoundZip(what, `"${name}" is not where its directory says`);
  }
  const start = at + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (start + packed > source.length) {
    throw unsoundZip(what, `"${name}" ends at byte ${start + packed} of ${source.length}`);
  }
  return start;
}

/** @throws DataError for a way of packing that is not read */
export function checkMethod({ name, method }: ZipEntry, what: string): void {
  if (method === 0 || method === 8) return;
  throw new DataError(
    `${what}: "${name}" is packed by method ${method}; stored and deflated files can be read. Pack it again.`,
    { method },
  );
}

/** @throws DataError where a file is not of the size and checksum that the directory says */
export function checkWhole(entry: ZipEntry, length: number, checksum: number, what: string): void {
  const { name, size } = entry;
  if (length !== size) {
    throw unsoundZip(what, `"${name}" has ${length} bytes, its directory says ${size}`);
  }
  if (checksum !== entry.checksum) throw unsoundZip(what, `"${name}" does not have its checksum`);
}

/** What errors say of a file that does not unpack to its size. */
export const notUnpacked = ({ name, size }: ZipEntry, why: string, what: string): DataError =>
  new DataError(
    `${what}: "${name}" cannot be unpacked to the ${size} bytes that its directory says (${why}). Fetch it again.`,
  );
