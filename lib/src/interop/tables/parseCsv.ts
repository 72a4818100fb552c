import { ConfigError, DataError } from "../../core/errors.js";
import { quoted } from "../../core/printable.js";
import { judgeFirstLine } from "./csvHeader.js";
import { decimalNote, indexNote, isWholeNumber } from "./csvNotes.js";
import { csvRecords, csvSeparator, type CsvRecord, type DecimalSign } from "./csvRecords.js";

/** A table of texts with the lines of the file they stand in, for messages. */
export interface CsvTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Line of each row, counted from 1. */
  readonly lines: readonly number[];
  readonly decimal: DecimalSign;
  /** What of the table could be meant otherwise, a sentence each. */
  readonly notes: readonly string[];
}

/** How a table is written. */
export interface CsvOptions {
  /**
   * Whether the first line has the names of the columns: `true` or "yes", `false` or "no". By
   * default it has where it holds texts, and has not where it holds numbers; where these may be
   * names (0, 1, 2, …, years), the table is refused until it is said.
   */
  readonly header?: boolean | "yes" | "no";
  /** What stands between whole and fraction of a number (default "."). */
  readonly decimal?: DecimalSign;
}

/**
 * A table as RFC 4180 has it: fields apart by commas, semicolons or tabs (see `csvSeparator`), in
 * double quotes where they hold one of these. Without names the columns are called "1", "2", …
 * @throws DataError naming the line of a row with a field too many or too few, an open quote, a
 *   name that occurs twice, or of numbers that may be names; ConfigError for an unknown option
 */
export function parseCsv(text: string, name: string, options: CsvOptions = {}): CsvTable {
  const decimal = decimalOf(options.decimal);
  const clean = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const separator = csvSeparator(clean, decimal);
  const records = csvRecords(clean, name, { separator });
  if (records.length === 0) {
    const cure = "Write a line with the names of the columns, then one line a sample";
    throw new DataError(`${name}: is empty. ${cure}.`, { name });
  }
  const named = hasNames(records, name, decimal, headerOf(options.header));
  const columns = records[0].fields.map((field, k) => (named ? field.trim() : String(k + 1)));
  checkNames(columns, name, records[0].line);
  const body = named ? records.slice(1) : records;
  if (body.length === 0) {
    throw new DataError(`${name}: has names of columns but no rows. Write one line a sample.`, {
      name,
    });
  }
  checkWidths(body, columns.length, name, separator);
  return {
    name,
    columns,
    decimal,
    rows: body.map(({ fields }) => fields),
    lines: body.map(({ line }) => line),
    notes: [
      ...(named || separator !== "," ? [] : decimalNote(body, name)),
      ...(named ? indexNote(columns, body, name) : []),
    ],
  };
}

/** @throws ConfigError for what is neither sign */
export function decimalOf(decimal: unknown): DecimalSign {
  if (decimal === undefined || decimal === ".") return ".";
  if (decimal === ",") return ",";
  throw new ConfigError(`parseCsv: decimal is ${quoted(String(decimal))}; it must be "." or ",".`, {
    decimal,
  });
}

/** @throws ConfigError for what is none of the four */
export function headerOf(header: unknown): boolean | undefined {
  if (header === undefined || typeof header === "boolean") return header;
  if (header === "yes" || header === "no") return header === "yes";
  const must = 'it must be true or "yes", false or "no"';
  throw new ConfigError(`parseCsv: header is ${quoted(String(header))}; ${must}.`, { header });
}

function hasNames(
  records: readonly CsvRecord[],
  name: string,
  decimal: DecimalSign,
  header: boolean | undefined,
): boolean {
  if (header !== undefined) return header;
  const judged = judgeFirstLine(records, decimal);
  if (judged !== "either") return judged === "names";
  const [{ fields, line }] = records;
  const shown = `${fields
    .slice(0, 4)
    .map((field) => field.trim())
    .join(", ")}${fields.length > 4 ? ", …" : ""}`;
  const fact = `${name}, line ${line}: ${shown} may be names of the columns or the first sample`;
  const cure =
    "Say which: header: true for names, false for a sample (--header yes or --header no)";
  throw new DataError(`${fact}. ${cure}.`, { name, line });
}

function checkNames(columns: readonly string[], name: string, line: number): void {
  const seen = new Set<string>();
  for (const column of columns) {
    if (seen.has(column)) {
      const fact = `${name}, line ${line}: two columns are named ${quoted(column)}`;
      throw new DataError(`${fact}. Give each its own name.`, { column });
    }
    seen.add(column);
  }
}

function checkWidths(
  body: readonly CsvRecord[],
  width: number,
  name: string,
  separator: string,
): void {
  for (const { fields, line } of body) {
    if (fields.length === width) continue;
    const commas = separator === "," && fields.length === 2 * width && fields.every(isWholeNumber);
    const cure = commas
      ? 'Give decimal: "," (--decimal ,) if these are decimal commas'
      : "Repair the line";
    throw new DataError(
      `${name}, line ${line}: has ${fields.length} fields, the first line has ${width}. ${cure}.`,
      { line },
    );
  }
}
