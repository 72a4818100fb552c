import { kind, optional, record, text } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { displayBundle } from "../../core/display.js";
import { ConfigError } from "../../core/errors.js";
import { escapeHtml } from "../output/escapeHtml.js";

export type Cell = number | string | boolean | null | undefined;
export type Row = Readonly<Record<string, Cell>>;

/** What a danfo DataFrame offers of itself; this library does not import danfo. */
export interface DataFrameLike {
  readonly columns: readonly string[];
  readonly index: readonly (string | number)[];
  readonly values: unknown;
}

/** Options of `table`. */
export interface TableOptions {
  /** A line above the table (default none). */
  readonly title?: string;
  /** Significant digits of numbers, default 4; whole numbers are shown in full. */
  readonly digits?: number;
}

const anySource = kind(
  "a list of rows or a data frame { columns, index, values }",
  (value) =>
    Array.isArray(value) || (typeof value === "object" && value !== null && "columns" in value),
);

/**
 * Shows a table in the notebook, as HTML and as text; outside of one it is printed.
 * @param source rows as `core.toRows` makes them, or a danfo DataFrame (`describe()`,
 *   `groupby(…).mean()`), whose index becomes
 *                the first column
 * @throws ConfigError  if there are no rows, or a row lacks a column of the first
 */
export function table(source: readonly Row[] | DataFrameLike, options: TableOptions = {}): void {
  takes("table", {
    source: [source, anySource],
    options: [options, record({ title: optional(text) })],
  });
  const { title, digits = 4 } = options;
  if (!Number.isInteger(digits) || digits < 1 || digits > 17) {
    throw new ConfigError(`table: digits is ${digits}. Give a whole number from 1 to 17.`, {
      digits,
    });
  }
  const { columns, cells } = isRows(source) ? fromRows(source) : fromDataFrame(source);
  const shown = cells.map((line) => line.map((cell) => format(cell, digits)));
  const widths = columns.map((name, c) =>
    Math.max(name.length, ...shown.map((line) => line[c].length)),
  );
  const plain = [columns, ...shown].map((line) =>
    line.map((text, c) => text.padStart(widths[c])).join("  "),
  );
  const plainText = [...(title ? [title] : []), ...plain].join("\n");
  const html = (tag: string, line: readonly string[]): string => {
    return `<tr>${line.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  };
  const shownThere = displayBundle({
    "text/html":
      `<table>${title ? `<caption>${escapeHtml(title)}</caption>` : ""}<thead>${html("th", columns)}</thead>` +
      `<tbody>${shown.map((line) => html("td", line)).join("")}</tbody></table>`,
    "text/plain": plainText,
  });
  if (!shownThere) console.log(plainText);
}

function isRows(source: unknown): source is readonly Row[] {
  return Array.isArray(source);
}

function fromRows(rows: readonly Row[]): {
  columns: string[];
  cells: Cell[][];
} {
  if (rows.length === 0) throw new ConfigError("table: there are no rows. Pass at least one.");
  const columns = Object.keys(rows[0]);
  const cells = rows.map((row, n) =>
    columns.map((name) => {
      if (!Object.hasOwn(row, name)) {
        throw new ConfigError(
          `table: row ${n} has no "${name}", which row 0 has. Give every row the same columns.`,
          { row: n },
        );
      }
      return row[name];
    }),
  );
  return { columns, cells };
}

function fromDataFrame(frame: DataFrameLike): { columns: string[]; cells: Cell[][] } {
  if (
    !Array.isArray(frame?.columns) ||
    !Array.isArray(frame.index) ||
    !Array.isArray(frame.values)
  ) {
    throw new ConfigError(
      "table: the source is neither an array of rows nor a DataFrame. Pass what core.toRows or danfo returns.",
    );
  }
  const values = frame.values as (Cell | Cell[])[];
  return {
    columns: ["", ...frame.columns],
    cells: frame.index.map((name, n) => [name, ...[values[n]].flat()]),
  };
}

function format(cell: Cell, digits: number): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell !== "number" || Number.isInteger(cell) || !Number.isFinite(cell))
    return String(cell);
  // JavaScript's own switch at 1e-6 would put 0.000001116 beside 9.794e-7
  if (Math.abs(cell) < 1e-4) return cell.toExponential(digits - 1).replace(/\.?0*e/, "e");
  return String(Number(cell.toPrecision(digits)));
}
