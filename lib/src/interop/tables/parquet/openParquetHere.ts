import { closeSync, openSync, readSync, statSync } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { decompress } from "fzstd";
import type { FileMetaData } from "hyparquet";
import { DataError, PhaselensError } from "../../../core/errors.js";
import { optionalPackage } from "../../../figures/output/optionalPackage.js";
import { allowanceFor, foreignTurns } from "../thread/foreignWork.js";
import type { ParquetFile } from "./parquetFile.js";

/** Most bytes of a page or column that are unpacked, 1 GiB. */
const MOST_BYTES = 2 ** 30;

/**
 * A Parquet file read in this thread, where nothing ends hyparquet on a damaged file: run lengths
 * may go on far beyond the rows.
 * @throws DataError if it cannot be read or is damaged, MissingPackageError without hyparquet
 */
export async function openParquetHere(path: string): Promise<ParquetFile> {
  const { parquetMetadataAsync, parquetRead, parquetSchema } = await optionalPackage(
    "hyparquet",
    () => import("hyparquet"),
    "Reading a Parquet file",
  );
  const size = statSync(path).size;
  const guarded = async <T>(work: () => Promise<T> | T, bytes: number = size): Promise<T> => {
    try {
      return await foreignTurns(allowanceFor(bytes), async () => work());
    } catch (error) {
      if (error instanceof PhaselensError) throw error;
      const why = (error as Error).message.split("\n")[0];
      const cure = /unsupported/.test(why)
        ? "Write it as it usually is, with Snappy or Zstandard"
        : "It is damaged or cut off; write it again";
      throw new DataError(`${path}: cannot be read as Parquet (${why}). ${cure}.`, { path });
    }
  };
  const file = { byteLength: size, slice: sliceOf(path) };
  const metadata = await guarded(() => parquetMetadataAsync(file));
  const rows = Number(metadata.num_rows);
  checkSizes(path, metadata, rows);
  const { children } = await guarded(() => {
    const tree = parquetSchema(metadata);
    if (tree.children.every(({ element }) => typeof element.name === "string")) return tree;
    throw new Error("a column without a name");
  });
  const flat = children.filter((own) => own.children.length === 0);
  return {
    path,
    rows,
    columns: flat.map(({ element }) => element.name),
    nested: children.filter((own) => own.children.length > 0).map(({ element }) => element.name),
    read: (column) =>
      guarded(
        async () => {
          const values: unknown[] = [];
          await parquetRead({
            file,
            metadata,
            columns: [column],
            compressors: {
              GZIP: (bytes) => gunzipSync(bytes, { maxOutputLength: MOST_BYTES }),
              BROTLI: (bytes) => brotliDecompressSync(bytes, { maxOutputLength: MOST_BYTES }),
              ZSTD: (bytes) => decompress(bytes),
            },
            onChunk: ({ columnName, columnData, rowStart }) => {
              if (columnName !== column) return;
              for (let k = 0; k < columnData.length; k++)
                values[rowStart + k] = columnData[k] as unknown;
            },
          });
          if (values.length !== rows)
            throw new Error(`column ${column}: ${values.length} of ${rows} rows`);
          // handed from thread to thread without a copy
          return values.every((value) => typeof value === "number")
            ? Float64Array.from(values)
            : values;
        },
        size + VALUE * rows,
      ),
    close: () => {},
  };
}

/** Bytes of a value at least, once read. */
const VALUE = 8;

/** @throws DataError for more than fits, which small files can claim */
function checkSizes(path: string, metadata: FileMetaData, rows: number): void {
  const bytes = metadata.row_groups.reduce((sum, own) => sum + Number(own.total_byte_size), 0);
  if (Number.isSafeInteger(rows) && rows >= 0 && rows <= MOST_BYTES / 8 && bytes <= MOST_BYTES)
    return;
  const fact = `${path}: says that it holds ${rows} rows and ${bytes} bytes unpacked, of which ${MOST_BYTES} are read`;
  throw new DataError(`${fact}. Save the rows that are wanted to a smaller file.`, { path });
}

/** Bytes from … to end − 1 of a file. */
const sliceOf =
  (path: string) =>
  (start: number, end: number = statSync(path).size): ArrayBuffer => {
    const bytes = new Uint8Array(Math.max(0, end - start));
    const descriptor = openSync(path, "r");
    try {
      let at = 0;
      while (at < bytes.length) {
        const count = readSync(descriptor, bytes, at, bytes.length - at, start + at);
        if (count === 0) break;
        at += count;
      }
      return bytes.buffer;
    } finally {
      closeSync(descriptor);
    }
  };
