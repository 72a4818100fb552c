// What was found, as files.
import { parquetWriteBuffer } from "hyparquet-writer";
import type { AnswersDocument, RowAnswer } from "phaselens/internal/report/answers/document";
import { h } from "./dom.js";

type Value = string | number | boolean | null;
type Table = Readonly<Record<string, readonly Value[]>>;

/**
 * @param document  asked when a button is pressed, so that nothing is left out that has come since
 */
export function downloads(document: () => AnswersDocument): HTMLElement {
  const file = (name: string, words: string, content: () => BlobPart, type: string): HTMLElement =>
    h(
      "button",
      {
        type: "button",
        id: `save-${name.replace(".", "-")}`,
        click: () => save(name, new Blob([content()], { type })),
      },
      words,
    );
  return h(
    "p",
    { class: "tools" },
    file("points.csv", "Points as CSV", () => csv(pointsTable(document().rows)), "text/csv"),
    file(
      "points.parquet",
      "as Parquet",
      () => parquet(pointsTable(document().rows)),
      "application/vnd.apache.parquet",
    ),
    file(
      "relevance.csv",
      "Relevance of opened rows",
      () => csv(relevanceTable(document())),
      "text/csv",
    ),
    file(
      "influence.csv",
      "Influence on opened rows",
      () => csv(influenceTable(document())),
      "text/csv",
    ),
    file(
      "explanation.json",
      "Everything as JSON",
      () => JSON.stringify(document(), undefined, 1),
      "application/json",
    ),
  );
}

function save(name: string, content: Blob): void {
  const href = URL.createObjectURL(content);
  h("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

function pointsTable(rows: readonly RowAnswer[]): Table {
  const column = (of: (row: RowAnswer) => Value | undefined): Value[] =>
    rows.map((row) => of(row) ?? null);
  const outputs = rows[0]?.output.length ?? 0;
  const all: Record<string, Value[]> = {
    row: column(({ row }) => row),
    prediction: column(({ label }) => label),
    probability: column(({ sure }) => sure),
    label: column(({ targetLabel }) => targetLabel),
    wrong: column(({ wrong }) => wrong),
    loss: column(({ loss }) => loss),
    rue: column(({ uncertainty }) => uncertainty?.variance),
    lees: column(({ extrapolation }) => extrapolation?.score),
    extrapolation_percentile: column(({ extrapolation }) => extrapolation?.percentile),
    ...Object.fromEntries(
      Array.from({ length: outputs }, (_, k) => [`output_${k}`, column(({ output }) => output[k])]),
    ),
  };
  return Object.fromEntries(
    Object.entries(all).filter(([, values]) => values.some((value) => value !== null)),
  );
}

/** A line for each entry of each point that was opened. */
function relevanceTable({ details, model }: AnswersDocument): Table {
  const lines = details.flatMap(({ row, input, relevance }) =>
    relevance.byInput.flatMap(({ name, values }) => {
      const own = input.find((one) => one.name === name)!;
      const names = model.inputs.find((one) => one.name === name)?.names;
      return values.map((value, k): Value[] => [
        row,
        name,
        names?.[k] ?? String(k),
        own.values[k],
        value,
      ]);
    }),
  );
  return tableOf(["row", "input", "entry", "value", "relevance"], lines);
}

function influenceTable({ details }: AnswersDocument): Table {
  const lines = details.flatMap(({ row, influence }) =>
    [...(influence?.helped ?? []), ...(influence?.harmed ?? [])].map((one): Value[] => [
      row,
      one.row,
      one.influence,
      one.relatif ?? null,
      one.targetLabel,
      one.label,
    ]),
  );
  return tableOf(["row", "training_row", "influence", "relatif", "label", "prediction"], lines);
}

const tableOf = (names: readonly string[], lines: readonly (readonly Value[])[]): Table =>
  Object.fromEntries(names.map((name, k) => [name, lines.map((line) => line[k])]));

/** RFC 4180; a text that a spreadsheet would take for a formula is marked as text. */
function csv(table: Table): string {
  const field = (value: Value): string => {
    if (value === null) return "";
    const text =
      typeof value === "string" ? value.replace(/^(?=[=+@\t\r]|-(?![\d.]))/, "'") : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const names = Object.keys(table);
  const rows = (table[names[0]] ?? []).map((_, n) =>
    names.map((name) => field(table[name][n])).join(","),
  );
  return `${[names.map(field).join(","), ...rows].join("\n")}\n`;
}

function parquet(table: Table): ArrayBuffer {
  const columnData = Object.entries(table).map(([name, values]) => {
    const some = values.find((value) => value !== null);
    const type =
      typeof some === "string" ? "STRING" : typeof some === "boolean" ? "BOOLEAN" : "DOUBLE";
    return { name, data: [...values], type, nullable: true } as const;
  });
  return parquetWriteBuffer({ columnData: columnData as never });
}
