import { openInThread } from "../thread/openInThread.js";
import { openParquetHere } from "./openParquetHere.js";
import type { ParquetFile } from "./parquetFile.js";

/**
 * Opens a Parquet file; the caller closes it. hyparquet reads in a thread of its own, which ends
 * where a damaged file lets it run or grow without limit.
 * @throws DataError if it cannot be read or is damaged, MissingPackageError without hyparquet
 */
export async function openParquet(path: string): Promise<ParquetFile> {
  const file = await openInThread("a Parquet file", path);
  if (!file) return openParquetHere(path);
  return {
    ...(file.facts as Pick<ParquetFile, "rows" | "columns" | "nested">),
    path,
    read: async (column) => (await file.ask("read", column)) as ArrayLike<unknown>,
    close: file.close,
  };
}
