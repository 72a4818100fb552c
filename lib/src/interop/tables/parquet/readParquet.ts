import { ConfigError, DataError } from "../../../core/errors.js";
import { integerReader } from "../../../core/files/largeIntegers.js";
import { printable, quoted } from "../../../core/printable.js";
import { tensor } from "../../../core/tensor.js";
import { closestNames } from "../../models/closestNames.js";
import { checkEntries } from "../checkEntries.js";
import type { NamedArray, ReadArrayOptions } from "../namedArray.js";
import { openParquet } from "./openParquet.js";
import type { ParquetFile } from "./parquetFile.js";

/**
 * The wanted columns of a Parquet file, as `readArray` reads those of a CSV table: numbers, truth
 * values as 0 and 1, texts of a single column that are names of classes; null is a missing value.
 * @throws as `readArray`; MissingPackageError without hyparquet
 */
export async function readParquet(
  path: string,
  options: ReadArrayOptions,
  maximumEntries: number,
): Promise<NamedArray> {
  const file = await openParquet(path);
  try {
    return await tableOf(file, options, maximumEntries);
  } finally {
    file.close();
  }
}

async function tableOf(
  file: ParquetFile,
  options: ReadArrayOptions,
  maximumEntries: number,
): Promise<NamedArray> {
  const { path } = file;
  const columns = wantedColumns(file, options);
  checkEntries(path, file.rows * columns.length, maximumEntries);
  const values = tensor([file.rows, columns.length]);
  for (const [place, name] of columns.entries()) {
    const numberOf = reader(path, name, columns.length === 1, options);
    const column = await file.read(name);
    for (let row = 0; row < file.rows; row++)
      values.data[row * columns.length + place] = numberOf(column[row], row);
  }
  return { values, columns, notes: notesOf(file, options) };
}

/** Lists and records are left out unasked. */
function notesOf({ path, nested }: ParquetFile, { columns }: ReadArrayOptions): string[] {
  if (columns || nested.length === 0) return [];
  const list = closestNames("", nested);
  return [`${path}: columns of lists and records were left out: ${list}.`];
}

/** @throws ConfigError for a name that is none, DataError for one of lists or there twice */
function wantedColumns(
  { path, columns: known, nested }: ParquetFile,
  { columns, without = [] }: ReadArrayOptions,
): readonly string[] {
  const twice = known.find((name, k) => known.indexOf(name) < k);
  if (twice !== undefined)
    throw new DataError(
      `${path}: has two columns ${quoted(twice)}. Give each column a name of its own.`,
      { column: twice },
    );
  for (const name of [...(columns ?? []), ...without]) {
    if (known.includes(name)) continue;
    if (nested.includes(name))
      throw new DataError(
        `${path}: column ${quoted(name)} holds lists or records. Save one number a row.`,
        { column: name },
      );
    throw new ConfigError(
      `${path}: has no column ${quoted(name)}; there are ${closestNames(name, known)}. Name one of these.`,
      { column: name },
    );
  }
  return columns ?? known.filter((name) => !without.includes(name));
}

/** What makes a number of a value. */
function reader(
  path: string,
  column: string,
  single: boolean,
  { classes, missing, integers = "exact" }: ReadArrayOptions,
): (value: unknown, row: number) => number {
  let at = 0;
  const where = (): string => `${path}, row ${at}, column ${quoted(column)}`;
  const whole = integerReader(integers, () => `${where()}: the number`);
  return (value, row) => {
    at = row;
    const label = single && classes ? labelOf(value, classes) : -1;
    if (label >= 0) return label;
    if (typeof value === "boolean") return Number(value);
    if (typeof value === "bigint") return whole.of(value);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (missing && (value === null || value === undefined || Number.isNaN(value))) return NaN;
    const details = { row, column };
    if (single && classes && value !== null && value !== undefined)
      throw new DataError(
        `${where()}: ${quoted(String(value), 40)} is none of the classes ${printable(classes.join(", "))}. Repair the row, or name the class.`,
        details,
      );
    throw new DataError(
      `${where()}: ${shown(value)} is no finite number. Write a finite number, or leave the column out.`,
      details,
    );
  };
}

/** The class that a value names; of truth values, which have no spelling, in any. */
function labelOf(value: unknown, classes: readonly string[]): number {
  const text = String(value).trim();
  return typeof value === "boolean"
    ? classes.findIndex((name) => name.toLowerCase() === text)
    : classes.indexOf(text);
}

const shown = (value: unknown): string =>
  value === null || value === undefined ? "a missing value" : quoted(String(value), 40);
