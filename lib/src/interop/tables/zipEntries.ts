import { inflateRawSync } from "node:zlib";
import { DataError } from "../../core/errors.js";
import { otherFormat, recognise } from "../../core/files/fileFormat.js";
import type { FormatName } from "../../core/files/fileSignatures.js";

/** Files of a ZIP archive in memory, unpacked when they are asked for. */
export interface ZipEntries {
  readonly names: readonly string[];
  /** @throws DataError if there is none of this name, or it is damaged */
  read(name: string): Buffer;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

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

interface Entry {
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
  readonly checksum: number;
}

/**
 * Reads the directory at the end of an archive. Names, sizes and places are checked against the
 * file before anything is unpacked, and nothing is unpacked beyond the size that the directory
 * promises; `limit` bounds the sum of these sizes.
 *
 * @param wanted what the archive was to be, with its article, for the error about another kind of
 *   file
 * @throws DataError for what is no ZIP archive, is truncated, encrypted, too large, or packed
 *   otherwise than by deflate
 */
export function zipEntries(
  content: Uint8Array,
  what: string,
  limit: number,
  wanted: string = "a ZIP archive",
): ZipEntries {
  const { format } = recognise(content) ?? {};
  if (format !== undefined && !zipFormats.has(format)) throw otherFormat(what, content, wanted, "");
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  const cut = (fact: string): never => {
    throw new DataError(
      `${what}: ${fact}. The file is no sound ZIP archive or is truncated; fetch it again.`,
      { what },
    );
  };
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 22 - 65536 && bytes.readUInt32LE(end) !== END) end--;
  if (end < 0 || bytes.readUInt32LE(end) !== END) cut("has no directory at its end");
  const count = bytes.readUInt16LE(end + 10);
  const entries = new Map<string, Entry>();
  let at = bytes.readUInt32LE(end + 16);
  let total = 0;
  for (let k = 0; k < count; k++) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== CENTRAL)
      cut(`entry ${k} of its directory is not where it should be`);
    const [flags, method, checksum] = [
      bytes.readUInt16LE(at + 8),
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 16),
    ];
    const [packed, size] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24)];
    const [nameLength, extra, comment] = [
      bytes.readUInt16LE(at + 28),
      bytes.readUInt16LE(at + 30),
      bytes.readUInt16LE(at + 32),
    ];
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const local = bytes.readUInt32LE(at + 42);
    if ((flags & 1) !== 0)
      throw new DataError(`${what}: "${name}" is encrypted. Save it without.`, { name });
    if (packed === 0xffffffff || size === 0xffffffff || local === 0xffffffff) {
      throw new DataError(`${what}: "${name}" is of 4 GiB or more. Save smaller files.`, { name });
    }
    if (entries.has(name)) cut(`"${name}" is in it twice`);
    total += size;
    if (total > limit) {
      throw new DataError(
        `${what}: unpacked it is ${total} bytes or more, ${limit} are allowed. Raise maximumBytes if you trust it.`,
        { total, limit },
      );
    }
    entries.set(name, { method, packed, size, at: local, checksum });
    at += 46 + nameLength + extra + comment;
  }
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      if (!entry) {
        throw new DataError(
          `${what}: holds no "${name}"; it holds ${[...entries.keys()].slice(0, 8).join(", ")}${entries.size > 8 ? ", …" : ""}.`,
          { name },
        );
      }
      if (entry.at + 30 > bytes.length || bytes.readUInt32LE(entry.at) !== LOCAL)
        cut(`"${name}" is not where its directory says`);
      const start =
        entry.at + 30 + bytes.readUInt16LE(entry.at + 26) + bytes.readUInt16LE(entry.at + 28);
      if (start + entry.packed > bytes.length)
        cut(`"${name}" ends at byte ${start + entry.packed} of ${bytes.length}`);
      const data = unpack(bytes.subarray(start, start + entry.packed), entry, `${what}: "${name}"`);
      if (data.length !== entry.size)
        cut(`"${name}" has ${data.length} bytes, its directory says ${entry.size}`);
      if (crc32(data) !== entry.checksum) cut(`"${name}" does not have its checksum`);
      return data;
    },
  };
}

function unpack(packed: Buffer, { method, size }: Entry, what: string): Buffer {
  if (method === 0) return packed;
  if (method !== 8) {
    throw new DataError(
      `${what} is packed by method ${method}; stored and deflated files can be read. Pack it again.`,
      { method },
    );
  }
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw new DataError(
      `${what} cannot be unpacked to the ${size} bytes that its directory says (${(error as Error).message}). Fetch it again.`,
    );
  }
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++)
    value = (value & 1) !== 0 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(data: Uint8Array): number {
  let sum = 0xffffffff;
  for (let p = 0; p < data.length; p++) sum = table[(sum ^ data[p]) & 255] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
