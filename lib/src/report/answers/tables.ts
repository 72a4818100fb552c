import { row, type Tensor } from "../../core/tensor.js";
import { optionalPackage } from "../../figures/output/optionalPackage.js";
import type { AnswersDocument, RowAnswer } from "./document.js";

/** Values of one kind, one a row; null where there is none. */
export interface TableColumn {
  readonly name: string;
  readonly values: readonly (number | string | boolean | null)[];
}

/** A table as it is written to files. */
export type Table = readonly TableColumn[];

/** Formats of tables. */
export const tableFormats = ["csv", "parquet"] as const;
export type TableFormat = (typeof tableFormats)[number];

/** Every point with what is known of it, a row each. */
export function pointsTable({ rows }: AnswersDocument): Table {
  const column = (
    name: string,
    of: (own: RowAnswer) => number | string | boolean | null | undefined,
  ): TableColumn => ({ name, values: rows.map((own) => of(own) ?? null) });
  const outputs = rows[0]?.output ?? [];
  const all = [
    column("row", (own) => own.row),
    column("prediction", (own) => own.label),
    column("sure", (own) => own.sure),
    column("target", (own) => own.targetLabel),
    column("wrong", (own) => own.wrong),
    column("loss", (own) => own.loss),
    column("rue", (own) => own.uncertainty?.variance),
    column("lees", (own) => own.extrapolation?.score),
    column("lees_percentile", (own) => own.extrapolation?.percentile),
    column("prediction_lees", (own) => own.extrapolation?.predictionScore),
    column("prediction_lees_percentile", (own) => own.extrapolation?.predictionPercentile),
    ...outputs.map((_, k) => column(`output_${k}`, (own) => own.output[k])),
  ];
  return all.filter(({ values }) => values.some((value) => value !== null));
}

/**
 * Relevance of points, a row each and a column for each entry.
 * @param rows       of the file
 * @param relevance  [points, …]
 * @param names      of the entries (default their numbers)
 */
export function relevanceTable(
  rows: ArrayLike<number>,
  relevance: Tensor,
  names: readonly string[] | undefined,
): Table {
  const width = relevance.data.length / relevance.shape[0];
  const entry = (k: number): TableColumn => ({
    name: names?.length === width ? names[k] : `entry_${k}`,
    values: Array.from(rows, (_, t) => relevance.data[t * width + k]),
  });
  return [
    { name: "row", values: Array.from(rows) },
    ...Array.from({ length: width }, (_, k) => entry(k)),
  ];
}

/**
 * Influence, a row for each pair of a point and a training point.
 * @param influence  [points, training points], and RelatIF likewise
 */
export function influenceTable(
  rows: ArrayLike<number>,
  trainingRows: ArrayLike<number> | undefined,
  influence: Tensor,
  relatif: Tensor | undefined,
): Table {
  const n = influence.shape[1];
  const pairs = Array.from(rows, (own, t) =>
    Array.from({ length: n }, (_, r) => ({ own, r, t })),
  ).flat();
  return [
    { name: "row", values: pairs.map(({ own }) => own) },
    { name: "training_row", values: pairs.map(({ r }) => trainingRows?.[r] ?? r) },
    { name: "influence", values: pairs.map(({ t, r }) => row(influence, t)[r]) },
    ...(relatif ? [{ name: "relatif", values: pairs.map(({ t, r }) => row(relatif, t)[r]) }] : []),
  ];
}

/** The bytes of a table. @throws MissingPackageError for Parquet without hyparquet-writer */
export async function tableFile(table: Table, format: TableFormat): Promise<string | Uint8Array> {
  return format === "csv" ? csvText(table) : parquetBytes(table);
}

function csvText(table: Table): string {
  const lines = [table.map(({ name }) => csvField(name)).join(",")];
  const [first] = table;
  for (let k = 0; k < first.values.length; k++)
    lines.push(table.map(({ values }) => csvField(values[k])).join(","));
  return `${lines.join("\n")}\n`;
}

/** Texts that a spreadsheet would take for a formula are quoted, with a ' before them. */
function csvField(value: number | string | boolean | null): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value;
  return /[",\n\r']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function parquetBytes(table: Table): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await optionalPackage(
    "hyparquet-writer",
    () => import("hyparquet-writer"),
    "Writing a Parquet file",
  );
  const columnData = table.map(({ name, values }) => ({
    name,
    data: [...values],
    type: typeOf(values),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** All numbers are doubles, rows too: one type that every reader knows. */
function typeOf(values: TableColumn["values"]): "DOUBLE" | "STRING" | "BOOLEAN" {
  const known = values.find((value) => value !== null);
  if (typeof known === "string") return "STRING";
  return typeof known === "boolean" ? "BOOLEAN" : "DOUBLE";
}
