import { closeSync, openSync, readSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { CSV_HEAD, csvRecords, csvSeparator } from "./csvRecords.js";
import { decimalOf, headerOf, type CsvOptions } from "./parseCsv.js";

/**
 * Names of the columns, from the first line alone; undefined where that cannot be read.
 * Numbers are taken for names unless `header` says that they are none.
 */
export function csvColumns(path: string, options: CsvOptions = {}): readonly string[] | undefined {
  try {
    const decimal = decimalOf(options.decimal);
    const head = headText(path).replace(/^\uFEFF/, "");
    const [first] = csvRecords(head, path, { separator: csvSeparator(head, decimal) }, 1);
    if (headerOf(options.header) === false) return first.fields.map((_, k) => String(k + 1));
    return first.fields.map((field) => field.trim());
  } catch {
    return undefined; // whoever reads the whole says why
  }
}

/** The begin of a table, of a packed one too. */
function headText(path: string): string {
  const head = Buffer.alloc(CSV_HEAD);
  const file = openSync(path, "r");
  try {
    const bytes = head.subarray(0, readSync(file, head));
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString("utf8");
    // the end of the packed text is missing, which is no error here
    return gunzipSync(bytes, { finishFlush: 2 }).toString("utf8", 0, CSV_HEAD);
  } finally {
    closeSync(file);
  }
}
