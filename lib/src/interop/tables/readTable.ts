import { gunzipSync } from "node:zlib";
import { DataError } from "../../core/errors.js";
import { otherFormat, recognise } from "../../core/files/fileFormat.js";
import { printable, quoted } from "../../core/printable.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { checkEntries } from "./checkEntries.js";
import { csvNumber } from "./csvNumber.js";
import { columnOf, csvNumbers } from "./csvNumbers.js";
import type { NamedArray, ReadArrayOptions } from "./namedArray.js";
import { parseCsv, type CsvTable } from "./parseCsv.js";
import { readBounded } from "./readNpz.js";

/** A V8 text has fewer letters than this. */
const LONGEST_TEXT = 2 ** 29 - 24;

interface Limits {
  readonly maximumBytes: number;
  readonly maximumEntries: number;
}

/** The wanted columns of a table in a file, which may be packed by gzip. @throws as `readArray` */
export function readTable(path: string, options: ReadArrayOptions, limits: Limits): NamedArray {
  const { columns, without = [], classes, integers } = options;
  const table = parseCsv(
    tableText(path, Math.min(limits.maximumBytes, LONGEST_TEXT)),
    path,
    options,
  );
  for (const name of without) columnOf(table, name);
  const wanted = (columns ?? table.columns).filter((name) => !without.includes(name));
  checkEntries(path, wanted.length * table.rows.length, limits.maximumEntries);
  const values =
    classes && wanted.length === 1
      ? labels(table, wanted[0], classes)
      : csvNumbers(table, wanted, integers);
  return { values, columns: wanted, notes: table.notes };
}

function tableText(path: string, maximumBytes: number): string {
  let bytes = readBounded(path, maximumBytes);
  if (recognise(bytes.subarray(0, 16))?.format === "gzip") {
    bytes = unpacked(bytes, path, maximumBytes);
    // a packed file of another kind
    if (recognise(bytes)) throw otherFormat(`${path}, unpacked`, bytes, "a table", "");
  }
  const nul = bytes.subarray(0, 2 ** 16).indexOf(0);
  if (nul >= 0) {
    const fact = `${path}: is no text, byte ${nul} is 0`;
    throw new DataError(`${fact}. Save the table as CSV in UTF-8.`, { path });
  }
  return new TextDecoder().decode(bytes);
}

function unpacked(bytes: Uint8Array, path: string, maximumBytes: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maximumBytes });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      const fact = `${path}: is unpacked larger than the ${maximumBytes} bytes that are read`;
      throw new DataError(`${fact}. Save the rows that are wanted to a smaller file.`, { path });
    }
    throw new DataError(
      `${path}: cannot be unpacked by gzip (${message}). It is damaged or cut off; fetch it again.`,
      { path },
    );
  }
}

/** A column of labels: names of classes become their places, numbers stay. */
function labels(table: CsvTable, name: string, classes: readonly string[]): Tensor {
  const at = columnOf(table, name);
  const found = table.rows.map((fields, n) => {
    const label = classes.indexOf(fields[at].trim());
    const value = label < 0 ? csvNumber(fields[at], table.decimal) : label;
    if (Number.isNaN(value)) {
      const where = `${table.name}, line ${table.lines[n]}, column ${quoted(name)}`;
      const fact = `${where}: ${quoted(fields[at], 40)}`;
      const cure = "Repair the line, or name the class";
      throw new DataError(
        `${fact} is none of the classes ${printable(classes.join(", "))}. ${cure}.`,
        { line: table.lines[n] },
      );
    }
    return value;
  });
  return tensor([found.length, 1], found);
}
