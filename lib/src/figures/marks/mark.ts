import { ConfigError, NumericalError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { quoted } from "../../core/printable.js";

/** One line of a table: plain values under plain names, as `core.toRows` makes them. */
export type Row = Readonly<Record<string, number | string | boolean>>;

/**
 * The series a mark belongs to: one name for all of it, or the field that names the series of each
 * row.
 */
export type Series = { readonly name: string } | { readonly field: string };

/**
 * One layer of a panel as plain data: rows, a Vega-Lite mark, and which fields go where. The panel
 * adds scales, axes and colours, so that all its layers agree.
 */
export interface Mark {
  /** The builder's name, for messages. */
  readonly kind: string;
  readonly rows: readonly Row[];
  /** Vega-Lite mark definition. */
  readonly mark: Readonly<Record<string, unknown>>;
  /** Numeric fields; absent where a mark fills the panel in that direction. */
  readonly x?: string;
  readonly x2?: string;
  readonly y?: string;
  /** Two fields `low`, `high` made by `transform`, or fields of the rows. */
  readonly yRange?: readonly [string, string];
  /** What the y values of `yRange` are made of, for checks and for the extent of the axis. */
  readonly error?: string;
  readonly transform?: readonly object[];
  readonly encoding?: Readonly<Record<string, unknown>>;
  readonly series?: Series;
  /** Fields listed in the tooltip after x and y. */
  readonly tooltip?: readonly string[];
  /** Which y axis the mark is read on; default "left". */
  readonly side?: "left" | "right";
}

/**
 * Refuses rows that Vega would drop without a word.
 * @throws ConfigError     if a field is missing from a row
 * @throws NumericalError  if a plotted value is not a finite number
 */
export function checkMark(mark: Mark): void {
  if (!Array.isArray(mark.rows) || mark.rows.length === 0) {
    throw new ConfigError(`${mark.kind}: there are no rows to draw. Pass at least one.`);
  }
  const own = mark.transform ? [] : (mark.yRange ?? []);
  const numeric = [mark.x, mark.x2, mark.y, mark.error, ...own].filter(
    (field) => field !== undefined,
  );
  for (const field of numeric) {
    mark.rows.forEach((entry, n) => {
      if (!Object.hasOwn(entry, field)) throw missing(mark, field, n);
      const value = entry[field];
      if (typeof value !== "number" || !Number.isFinite(value)) {
        throw new NumericalError(
          `${mark.kind}: row ${n} has ${field} = ${typeof value === "string" ? quoted(value) : String(value)}; it must be a finite number. Remove that row or say what it means.`,
          { row: n, field },
        );
      }
    });
  }
  const named = [
    ...(mark.tooltip ?? []),
    ...(mark.series && "field" in mark.series ? [mark.series.field] : []),
  ];
  for (const field of named) {
    mark.rows.forEach((entry, n) => {
      if (!Object.hasOwn(entry, field)) throw missing(mark, field, n);
    });
  }
}

function missing(mark: Mark, field: string, n: number): ConfigError {
  const fields =
    Object.keys(mark.rows[n])
      .map((name) => `"${name}"`)
      .join(", ") || "none";
  return new ConfigError(
    `${mark.kind}: row ${n} has no field "${field}"; it has ${fields}. Name one of these.`,
    { row: n, field },
  );
}

/** Names of the series of a mark, in order of appearance. */
export function seriesNames(mark: Mark): string[] {
  if (!mark.series) return [];
  if ("name" in mark.series) return [mark.series.name];
  const { field } = mark.series;
  return [...new Set(mark.rows.map((entry) => String(entry[field])))];
}

/** Smallest and largest x, or y with its error bar, of a mark; undefined where it has none. */
export function extent(mark: Mark, channel: "x" | "y"): [number, number] | undefined {
  oneOf(channel, ["x", "y"], "extent: channel");
  const all =
    channel === "x" ? [mark.x, mark.x2] : [mark.y, ...(mark.transform ? [] : (mark.yRange ?? []))];
  const fields = all.filter((field) => field !== undefined);
  if (fields.length === 0) return undefined;
  let [low, high] = [Infinity, -Infinity];
  for (const entry of mark.rows) {
    const spread = channel === "y" && mark.error !== undefined ? (entry[mark.error] as number) : 0;
    for (const field of fields) {
      low = Math.min(low, (entry[field] as number) - spread);
      high = Math.max(high, (entry[field] as number) + spread);
    }
  }
  return [low, high];
}
