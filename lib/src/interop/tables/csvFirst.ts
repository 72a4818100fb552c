import { DataError } from "../../core/errors.js";
import { quoted } from "../../core/printable.js";
import { closestNames } from "../models/closestNames.js";
import { judgeFirstLine, type JudgedLine } from "./csvHeader.js";
import type { CsvWish } from "./csvWish.js";

/** What the first line says of a table. */
export interface CsvFirst {
  readonly judged: JudgedLine;
  /** Whether it has the names of the columns. */
  readonly isNamed: boolean;
  /** Names of all columns: "1", "2", … where the line has none. */
  readonly columns: readonly string[];
  /** Names of those that are wanted, and where they stand. */
  readonly wanted: readonly string[];
  readonly places: readonly number[];
  /** Of each column whether its numbers are wanted. */
  readonly needed: Uint8Array;
  /** Texts of the one wanted column that stand for 0, 1, … */
  readonly classes: readonly string[] | undefined;
  /** The error for a column that is named and not there. */
  readonly missing: DataError | undefined;
  /** What is asked where the line may be names or a sample. */
  readonly question: DataError;
}

/** @throws DataError for a name that occurs twice */
export function csvFirst(
  name: string,
  fields: readonly string[],
  line: number,
  { header, decimal, columns: chosen, without = [], classes }: CsvWish,
): CsvFirst {
  const judged = header === undefined ? judgeFirstLine(fields, decimal) : said(header);
  const isNamed = judged.alone === "names";
  const columns = fields.map((field, k) => (isNamed ? field.trim() : String(k + 1)));
  const at = placesOf(columns, name, line);
  const wanted = (chosen ?? columns).filter(notIn(without));
  const absent = [...without, ...wanted].find((column) => !at.has(column));
  const places = absent === undefined ? wanted.map((column) => at.get(column)!) : [];
  const needed = new Uint8Array(columns.length);
  for (const place of places) needed[place] = 1;
  return {
    judged,
    isNamed,
    columns,
    wanted,
    places,
    needed,
    classes: wanted.length === 1 ? classes : undefined,
    missing: absent === undefined ? undefined : noColumn(name, absent, columns),
    question: question(name, fields, line),
  };
}

const said = (header: boolean): JudgedLine => {
  const line = header ? "names" : "sample";
  return { alone: line, open: false, see: () => {}, verdict: () => line };
};

function notIn(names: readonly string[]): (name: string) => boolean {
  const out = new Set(names);
  return (name) => !out.has(name);
}

function placesOf(columns: readonly string[], name: string, line: number): Map<string, number> {
  const places = new Map<string, number>();
  columns.forEach((column, k) => {
    if (places.has(column)) {
      const fact = `${name}, line ${line}: two columns are named ${quoted(column)}`;
      throw new DataError(`${fact}. Give each its own name.`, { column });
    }
    places.set(column, k);
  });
  return places;
}

function noColumn(name: string, column: string, columns: readonly string[]): DataError {
  const known = closestNames(column, columns);
  const fact = `${name}: there is no column ${quoted(column)}; there are ${known}`;
  return new DataError(`${fact}. Name one of these.`, { column });
}

function question(name: string, fields: readonly string[], line: number): DataError {
  const shown = `${fields
    .slice(0, 4)
    .map((field) => field.trim())
    .join(", ")}${fields.length > 4 ? ", …" : ""}`;
  const fact = `${name}, line ${line}: ${shown} may be names of the columns or the first sample`;
  const cure =
    "Say which: header: true for names, false for a sample (--header yes or --header no)";
  return new DataError(`${fact}. ${cure}.`, { name, line });
}
