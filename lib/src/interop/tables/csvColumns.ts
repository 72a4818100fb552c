import { closeSync, openSync, readSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { decimalOf, headerOf, type CsvOptions } from "./csvOptions.js";
import { csvScanner } from "./csvScanner.js";
import { CSV_HEAD, csvSeparator } from "./csvSeparator.js";

/**
 * Names of the columns, from the first line alone; undefined where that cannot be read.
 * Numbers are taken for names unless `header` says that they are none.
 */
export function csvColumns(path: string, options: CsvOptions = {}): readonly string[] | undefined {
  try {
    const decimal = decimalOf(options.decimal);
    const head = headText(path).replace(/^\uFEFF/, "");
    const first = firstRecord(head, path, csvSeparator(head, decimal));
    if (headerOf(options.header) === false) return first.map((_, k) => String(k + 1));
    return first.map((field) => field.trim());
  } catch {
    return undefined; // whoever reads the whole says why
  }
}

/** @throws RangeError where there is none */
function firstRecord(head: string, path: string, separator: string): string[] {
  const fields: string[] = [];
  let whole = false;
  const scanner = csvScanner(path, separator, {
    field: (text) => void (whole || fields.push(text)),
    record: () => (whole = true),
  });
  try {
    scanner.push(head);
    if (head.length < CSV_HEAD) scanner.end(); // otherwise the first line may go on
  } catch (error) {
    if (!whole) throw error; // the head may end in a quote
  }
  if (!whole) throw new RangeError("no whole record");
  return fields;
}

/** The begin of a table, of a packed one too. */
function headText(path: string): string {
  const head = Buffer.alloc(CSV_HEAD);
  const file = openSync(path, "r");
  try {
    const bytes = head.subarray(0, readSync(file, head));
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString("utf8");
    // the end of the packed text is missing, which is no error here
    const options = { finishFlush: 2, maxOutputLength: 2 ** 28 };
    return gunzipSync(bytes, options).toString("utf8", 0, CSV_HEAD);
  } finally {
    closeSync(file);
  }
}
