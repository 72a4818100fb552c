import { Readable, pipeline } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { PhaselensError } from "../../core/errors.js";
import type { ByteSource } from "./byteSource.js";
import { unpacked } from "./unpacked.js";
import { checkMethod, checkWhole, entryStart, notUnpacked, type ZipEntry } from "./zipDirectory.js";

/** Bytes that are read and unpacked at a time. */
const PIECE = 2 ** 18;
/** So much is unpacked at once, without a stream. */
const SMALL = 2 ** 20;

/**
 * A file of an archive, unpacked piece by piece; the last is followed by the comparison with size
 * and checksum, which small files pass first.
 * @throws DataError for what is damaged, is more than the directory says, or is packed otherwise
 *   than by deflate
 */
export async function* zipPieces(
  source: ByteSource,
  entry: ZipEntry,
  what: string,
): AsyncGenerator<Buffer, void> {
  if (entry.size <= SMALL) {
    const data = unpacked(source, entry, what);
    checkWhole(entry, data.length, crc32(data), what);
    return yield data;
  }
  checkMethod(entry, what);
  const packed = packedPieces(source, entryStart(source, entry, what), entry.packed);
  let [length, checksum] = [0, 0];
  for await (const piece of entry.method === 0 ? packed : inflated(packed, entry, what)) {
    length += piece.length;
    if (length > entry.size) throw notUnpacked(entry, "it is more", what);
    checksum = crc32(piece, checksum);
    yield piece;
  }
  checkWhole(entry, length, checksum, what);
}

function* packedPieces(source: ByteSource, start: number, length: number): Generator<Buffer, void> {
  for (let at = 0; at < length; at += PIECE) {
    yield source.read(start + at, Math.min(PIECE, length - at));
  }
}

async function* inflated(
  packed: Generator<Buffer, void>,
  entry: ZipEntry,
  what: string,
): AsyncGenerator<Buffer, void> {
  const unpacked = createInflateRaw({ chunkSize: PIECE });
  // an error of either ends the loop below
  pipeline(Readable.from(packed), unpacked, () => {});
  try {
    yield* unpacked as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof PhaselensError) throw error;
    throw notUnpacked(entry, (error as Error).message, what);
  }
}
