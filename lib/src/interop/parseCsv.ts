import { closeSync, openSync, readSync } from "node:fs";
import { DataError } from "../core/errors.js";
import { tensor, type Tensor } from "../core/tensor.js";
import { closestNames } from "./closestNames.js";

/** A table of texts with the lines of the file they stand in, for messages. */
export interface CsvTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Line of each row, counted from 1. */
  readonly lines: readonly number[];
}

/**
 * A table as RFC 4180 has it: fields apart by commas, semicolons or tabs (whichever the first line has most of), in double quotes where they
 * hold one of these. The first line names the columns; where it holds numbers alone the columns are called "1", "2", …
 * @throws DataError naming the line of a row with a field too many or too few, an open quote, or a name that occurs twice
 */
export function parseCsv(text: string, name: string): CsvTable {
  const records = readRecordsOf(text, name);
  if (records.length === 0) {
    throw new DataError(`${name}: is empty. Write a line with the names of the columns, then one line a sample.`, { name });
  }
  const bare = records[0].fields.every((field) => isNumber(field));
  const columns = bare ? records[0].fields.map((_, k) => String(k + 1)) : records[0].fields.map((field) => field.trim());
  const twice = columns.find((column, k) => columns.indexOf(column) !== k);
  if (twice !== undefined) {
    throw new DataError(`${name}, line ${records[0].line}: two columns are named "${twice}". Give each its own name.`, { column: twice });
  }
  const body = bare ? records : records.slice(1);
  if (body.length === 0) throw new DataError(`${name}: has names of columns but no rows. Write one line a sample.`, { name });
  for (const { fields, line } of body) {
    if (fields.length !== columns.length) {
      throw new DataError(
        `${name}, line ${line}: has ${fields.length} fields, the first line has ${columns.length}. Repair the line.`, { line });
    }
  }
  return { name, columns, rows: body.map(({ fields }) => fields), lines: body.map(({ line }) => line) };
}

/** First letters of a file, in which its first line is looked for. */
const HEAD = 2 ** 16;

/** Names of the columns, from the first line alone; undefined where that cannot be read. */
export function csvColumns(path: string): readonly string[] | undefined {
  try {
    const head = Buffer.alloc(HEAD);
    const file = openSync(path, "r");
    try {
      const [first] = readRecordsOf(head.toString("utf8", 0, readSync(file, head)), path, 1);
      return first.fields.map((field) => field.trim());
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined; // whoever reads the whole says why
  }
}

/** Place of a column. @throws DataError naming the columns that there are */
export function columnOf({ name, columns }: CsvTable, column: string): number {
  const at = columns.indexOf(column);
  if (at < 0) {
    throw new DataError(
      `${name}: there is no column "${column}"; there are ${closestNames(column, columns)}. Name one of these.`, { column });
  }
  return at;
}

/** Numbers of the named columns, [rows, columns]. @throws DataError naming line and column of what is none */
export function csvNumbers(table: CsvTable, columns: readonly string[] = table.columns): Tensor {
  const places = columns.map((column) => columnOf(table, column));
  const values = tensor([table.rows.length, places.length]);
  table.rows.forEach((fields, n) => places.forEach((at, k) => {
    if (!isNumber(fields[at])) {
      const cure = "Write a finite number, or leave the column out";
      throw new DataError(
        `${table.name}, line ${table.lines[n]}, column "${columns[k]}": "${shortened(fields[at])}" is no finite number. ${cure}.`, { line: table.lines[n], column: columns[k] });
    }
    values.data[n * places.length + k] = Number(fields[at]);
  }));
  return values;
}

const isNumber = (field: string): boolean => field.trim() !== "" && Number.isFinite(Number(field));
const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

interface CsvRecord {
  readonly fields: string[];
  readonly line: number;
}

/** The separator is the one that the first line has most of, outside of quotes. */
function readRecordsOf(text: string, name: string, most: number = Infinity): CsvRecord[] {
  const clean = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const first = /^[^\r\n]*/.exec(clean.slice(0, HEAD).replace(/"(?:[^"]|"")*"/g, ""))![0];
  const count = (separator: string): number => first.split(separator).length;
  return readRecords(clean, [",", ";", "\t"].reduce((best, one) => (count(one) > count(best) ? one : best)), name, most);
}

function readRecords(text: string, separator: string, name: string, most: number): CsvRecord[] {
  const records: CsvRecord[] = [];
  let [at, line] = [0, 1];
  while (at < text.length && records.length < most) {
    const record: CsvRecord = { fields: [], line };
    for (;;) {
      let field = "";
      if (text[at] === '"') {
        for (at++; ; at += 2) {
          const close = text.indexOf('"', at);
          if (close < 0) {
            throw new DataError(
              `${name}, line ${record.line}: a quote is opened and not closed. Close it, or write "" for a quote in a text.`, { line: record.line });
          }
          const part = text.slice(at, close);
          line += part.split("\n").length - 1;
          field += part;
          at = close;
          if (text[close + 1] !== '"') break;
          field += '"';
        }
        at++;
        if (at < text.length && ![separator, "\n", "\r"].includes(text[at])) {
          throw new DataError(`${name}, line ${line}: text follows a closing quote. Put the whole field in quotes.`, { line });
        }
      } else {
        const from = at;
        while (at < text.length && text[at] !== separator && text[at] !== "\n" && text[at] !== "\r") at++;
        field = text.slice(from, at);
      }
      record.fields.push(field);
      if (text[at] !== separator) break;
      at++;
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    line++;
    if (record.fields.length > 1 || record.fields[0].trim() !== "") records.push(record);
  }
  return records;
}
