import { csvColumns } from "./csvColumns.js";
import type { CsvOptions } from "./csvOptions.js";
import { openParquet } from "./parquet/openParquet.js";

/** Whether a file is called a Parquet table. */
export const isParquet = (path: string): boolean => /\.parquet$/i.test(path);

/** Names of the columns of a table; undefined where they cannot be read. */
export async function tableColumns(
  path: string,
  options: CsvOptions = {},
): Promise<readonly string[] | undefined> {
  if (!isParquet(path)) return csvColumns(path, options);
  try {
    const { columns, close } = await openParquet(path);
    close();
    return columns;
  } catch {
    return undefined; // whoever reads the whole says why
  }
}
