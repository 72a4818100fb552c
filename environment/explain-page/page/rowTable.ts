// All points in a table: wrong and uncertain ones first, or as one sorts and searches.
import { TabulatorFull as Tabulator } from "tabulator-tables";
import "tabulator-tables/dist/css/tabulator_simple.min.css";
import type { AnswersDocument, RowAnswer } from "phaselens/internal/report/answers/document";
import { printable } from "phaselens/internal/core/printable";
import { cut, h } from "./dom.js";
import { readable } from "./numbers.js";

interface Line {
  readonly place: number;
  readonly rank: number;
  readonly row: number;
  readonly label: string;
  readonly sure: number | undefined;
  readonly target: string;
  readonly wrong: boolean;
  readonly loss: number | undefined;
  readonly spread: number | undefined;
  readonly percentile: number | undefined;
}

/** In which order the table can be read. */
const ORDERS = {
  rank: ["wrong and uncertain first", "asc"],
  loss: ["largest loss first", "desc"],
  sure: ["least sure first", "asc"],
  spread: ["largest uncertainty first", "desc"],
  percentile: ["strongest extrapolation first", "desc"],
  row: ["as in the file", "asc"],
} as const satisfies Partial<Record<keyof Line, readonly [string, "asc" | "desc"]>>;

export interface RowTable {
  readonly element: HTMLElement;
  show(document: Pick<AnswersDocument, "rows" | "order" | "trainingPoints">): void;
  /** Marks the point that is shown in full. */
  mark(place: number): void;
}

/** @param pick  told the place of the point that is to be shown */
export function rowTable(pick: (place: number) => void): RowTable {
  const holder = h("div", { class: "rows" });
  const status = h("p", { class: "meta", role: "status" });
  const legend = h("p", { class: "meta" });
  let table: Tabulator | undefined;
  let ready: Promise<void> = Promise.resolve();
  let shown = -1;
  const search = h("input", {
    id: "search",
    type: "search",
    placeholder: "row, label, prediction",
    input: () => filter(),
  });
  const order = h(
    "select",
    { id: "order", change: () => sort() },
    Object.entries(ORDERS).map(([field, [words]]) => h("option", { value: field }, words)),
  );
  const sort = (): void =>
    table?.setSort(order.value, ORDERS[order.value as keyof typeof ORDERS][1]);
  const filter = (): void => {
    const words = search.value.trim().toLowerCase();
    const own = (line: Line): boolean =>
      /^\d+$/.test(words)
        ? line.row === Number(words)
        : `${line.label}\n${line.target}\n${line.wrong ? "wrong" : ""}`
            .toLowerCase()
            .includes(words);
    table?.setFilter((line: Line) => words === "" || own(line));
    const found = table?.getDataCount("active") ?? 0;
    status.textContent = words === "" ? "" : `${found} found`;
  };
  const button = (cell: { getRow(): { getData(): unknown } }): HTMLElement => {
    const { place, row } = cell.getRow().getData() as Line;
    return h(
      "button",
      {
        type: "button",
        class: "row",
        "aria-pressed": String(place === shown),
        click: () => pick(place),
      },
      String(row),
    );
  };
  return {
    element: h(
      "div",
      {},
      h(
        "div",
        { class: "tools" },
        h("label", { for: "search" }, "Search"),
        search,
        h("label", { for: "order" }, "Order"),
        order,
      ),
      status,
      holder,
      legend,
    ),
    show({ rows, order: places, trainingPoints }) {
      const lines = linesOf(rows, places);
      if (trainingPoints !== undefined)
        legend.textContent =
          "±: root of RUE, what the explained number would change by if the model had been trained on another sample. " +
          "Beyond: share of training points that are less of an extrapolation.";
      if (table) {
        ready = ready.then(() => table!.replaceData(lines)).then(() => sort());
        return;
      }
      table = new Tabulator(holder, {
        data: lines,
        index: "place",
        height: Math.min(420, 44 + 31 * lines.length),
        layout: "fitColumns",
        columnDefaults: { headerTooltip: false, formatter: "plaintext", resizable: false },
        initialSort: [{ column: "rank", dir: "asc" }],
        columns: columnsOf(lines, trainingPoints !== undefined, button),
      } as never);
      ready = new Promise((resolve) =>
        table!.on("tableBuilt", () => {
          accessible(holder);
          resolve();
        }),
      );
      table.on("rowClick", (_event: unknown, row: { getData(): unknown }) =>
        pick((row.getData() as Line).place),
      );
    },
    mark(place) {
      shown = place;
      for (const one of holder.querySelectorAll("button.row[aria-pressed=true]"))
        one.setAttribute("aria-pressed", "false");
      void ready.then(() => {
        const row = table?.getRow(place);
        const own = row && (row.getElement() as HTMLElement).querySelector("button.row");
        if (own) own.setAttribute("aria-pressed", "true");
      });
    },
  };
}

function linesOf(rows: readonly RowAnswer[], order: readonly number[]): Line[] {
  const rank = new Int32Array(rows.length);
  order.forEach((place, k) => (rank[place] = k));
  return rows.map((row, place) => ({
    place,
    rank: rank[place],
    row: row.row,
    label: printable(cut(row.label, 60)),
    sure: row.sure,
    target: printable(cut(row.targetLabel ?? "", 60)),
    wrong: row.wrong ?? false,
    loss: row.loss,
    spread: row.uncertainty?.spread,
    percentile: row.extrapolation?.percentile,
  }));
}

type Cell = { getValue(): number | undefined };

/** Only the columns that have something to say. */
function columnsOf(lines: readonly Line[], trained: boolean, button: unknown): object[] {
  const has = (field: keyof Line): boolean =>
    lines.some((line) => line[field] !== undefined && line[field] !== "");
  const number = (digits: number) => (cell: Cell) => {
    const value = cell.getValue();
    return value === undefined || value === null ? "" : readable(value, digits);
  };
  const share = (cell: Cell): string => {
    const value = cell.getValue();
    return value === undefined || value === null ? "" : `${(100 * value).toFixed(1)} %`;
  };
  const numeric = {
    hozAlign: "right",
    headerHozAlign: "right",
    sorter: "number",
    sorterParams: { alignEmptyValues: "bottom" },
  };
  const all: ({ field: keyof Line } & Record<string, unknown>)[] = [
    { title: "row", field: "row", formatter: button, width: 76, sorter: "number" },
    { title: "order", field: "rank", visible: false, sorter: "number" },
    { title: "prediction", field: "label", minWidth: 96 },
    { title: "sure", field: "sure", formatter: share, width: 78, ...numeric },
    { title: "label", field: "target", minWidth: 80 },
    { title: "✗", field: "wrong", width: 40, headerTooltip: "wrong", formatter: wrongMark },
    { title: "loss", field: "loss", formatter: number(3), width: 76, ...numeric },
    { title: "± (RUE)", field: "spread", formatter: number(2), width: 90, ...numeric },
    {
      title: "beyond",
      field: "percentile",
      formatter: (cell: Cell) =>
        cell.getValue() === undefined ? "" : `${readable(cell.getValue()!)} %`,
      width: 90,
      ...numeric,
    },
  ];
  return all.filter(({ field }) =>
    field === "wrong"
      ? lines.some(({ wrong }) => wrong)
      : has(field) || (trained && (field === "spread" || field === "percentile")),
  );
}

const wrongMark = (cell: { getValue(): unknown }): HTMLElement | string =>
  cell.getValue() ? h("span", { class: "wrong", role: "img", "aria-label": "wrong" }, "✗") : "";

/** What scrolls is no part of a grid by itself; it is reached by the buttons in it. */
function accessible(holder: HTMLElement): void {
  holder.setAttribute("aria-label", "Points");
  holder.querySelector(".tabulator-tableholder")?.removeAttribute("tabindex");
}
