import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { DataError } from "../../core/errors.js";
import { firstBytes, otherFormat, recognise } from "../../core/files/fileFormat.js";
import { decimalOf, headerOf } from "./csvOptions.js";
import { csvRows } from "./csvRows.js";
import { csvScanner } from "./csvScanner.js";
import { CSV_HEAD, csvSeparator } from "./csvSeparator.js";
import type { NamedArray, ReadArrayOptions } from "./namedArray.js";
import { checkBytes } from "./readNpz.js";

interface Limits {
  readonly maximumBytes: number;
  readonly maximumEntries: number;
}

/** Bytes that are read at a time. */
const PIECE = 2 ** 18;

/**
 * The wanted columns of a table in a file, which may be packed by gzip. It is read in pieces, so
 * that beside the numbers little is held of it.
 * @throws as `readArray`
 */
export async function readTable(
  path: string,
  options: ReadArrayOptions,
  { maximumBytes, maximumEntries }: Limits,
): Promise<NamedArray> {
  checkBytes(path, maximumBytes);
  const decimal = decimalOf(options.decimal);
  const header = headerOf(options.header);
  const texts = decoded(path, tableBytes(path, maximumBytes));
  const head = await beginning(texts);
  const separator = csvSeparator(head, decimal);
  const rows = csvRows(path, { ...options, separator, decimal, header, maximumEntries });
  const scanner = csvScanner(path, separator, rows);
  scanner.push(head);
  for await (const text of texts) scanner.push(text);
  scanner.end();
  return rows.end();
}

/** Enough text to find the separator in. */
async function beginning(texts: AsyncGenerator<string, void>): Promise<string> {
  let head = "";
  while (head.length < CSV_HEAD) {
    const { done, value } = await texts.next();
    if (done) break;
    head += value;
  }
  return head.startsWith("\uFEFF") ? head.slice(1) : head;
}

async function* decoded(path: string, pieces: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let begin: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of pieces) {
    if (begin === undefined) {
      yield decoder.decode(piece, { stream: true });
      continue;
    }
    begin = Buffer.concat([begin, piece]);
    if (begin.length < CSV_HEAD) continue;
    checkText(path, begin);
    yield decoder.decode(begin, { stream: true });
    begin = undefined;
  }
  if (begin) checkText(path, begin);
  yield decoder.decode(begin);
}

function checkText(path: string, begin: Buffer): void {
  const nul = begin.subarray(0, CSV_HEAD).indexOf(0);
  if (nul < 0) return;
  const fact = `${path}: is no text, byte ${nul} is 0`;
  throw new DataError(`${fact}. Save the table as CSV in UTF-8.`, { path });
}

/** The bytes of a file as they are; small files are there at once. */
function* fileBytes(path: string): Generator<Buffer, void> {
  const descriptor = openSync(path, "r");
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE);
      const count = readSync(descriptor, piece);
      if (count === 0) return;
      yield piece.subarray(0, count);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes of a file, unpacked. */
async function* tableBytes(path: string, maximumBytes: number): AsyncGenerator<Buffer, void> {
  if (recognise(firstBytes(path))?.format !== "gzip") return yield* fileBytes(path);
  const file = createReadStream(path, { highWaterMark: PIECE });
  const unpacked = createGunzip({ chunkSize: PIECE });
  // an error of either ends the loop below
  pipeline(file, unpacked, () => {});
  let total = 0;
  try {
    for await (const piece of unpacked as AsyncIterable<Buffer>) {
      // a packed file of another kind
      if (total === 0 && recognise(piece)) {
        throw otherFormat(`${path}, unpacked`, piece, "a table", "");
      }
      total += piece.length;
      if (total > maximumBytes) {
        const fact = `${path}: is unpacked larger than the ${maximumBytes} bytes that are read`;
        const cure = "Save the rows that are wanted to a smaller file";
        throw new DataError(`${fact}. ${cure}.`, { path });
      }
      yield piece;
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    const fact = `${path}: cannot be unpacked by gzip (${(error as Error).message})`;
    throw new DataError(`${fact}. It is damaged or cut off; fetch it again.`, { path });
  }
}
