// What was answered, as it comes: the table of points, one point in full, the whole set, how it was
// found.
import type { AnswersDocument, RowDetails } from "phaselens/internal/report/answers/document";
import { fill, h, named, type Child } from "./dom.js";
import { downloads } from "./downloads.js";
import { methodView } from "./methodView.js";
import { count, percent, readable } from "./numbers.js";
import { rowTable } from "./rowTable.js";
import { rowView } from "./rowView.js";
import { setView } from "./setView.js";

export interface ResultsView {
  readonly element: HTMLElement;
  show(document: Partial<AnswersDocument>): void;
  showDetails(place: number, details: RowDetails): void;
}

/** @param ask  asks for a point in full; undefined where nothing computes (a written page) */
export function resultsView(ask: ((place: number) => void) | undefined): ResultsView {
  let document: AnswersDocument | undefined;
  const details = new Map<number, RowDetails>();
  let shown: number | undefined;
  const head = h("div", {});
  const point = h("div", { class: "place", "aria-live": "polite" });
  const set = h("div", {});
  const method = h("div", {});
  const pick = (place: number): void => {
    shown = place;
    table.mark(place);
    drawPoint();
    if (!details.has(place)) ask?.(place);
    globalThis.document
      .getElementById("row-title")
      ?.focus({ preventScroll: matchMedia("(min-width: 70rem)").matches });
  };
  const table = rowTable(pick);
  const drawPoint = (): void => {
    if (!document || shown === undefined) return;
    const known = details.get(shown);
    if (!known && !ask) {
      fill(
        point,
        h(
          "p",
          { class: "meta" },
          `Row ${document.rows[shown].row} was not explained in full when this page was written. Name it with --points.`,
        ),
      );
      return;
    }
    const focused = point.contains(globalThis.document.activeElement);
    fill(point, rowView(document, document.rows[shown], known));
    // what had the focus was replaced
    if (focused) globalThis.document.getElementById("row-title")?.focus({ preventScroll: true });
  };
  return {
    element: h(
      "div",
      { class: "results" },
      head,
      h(
        "section",
        { id: "points" },
        h("h2", {}, "Points"),
        h("div", { class: "two" }, table.element, point),
      ),
      h("section", { id: "set" }, h("h2", {}, "The whole set"), set),
      h("section", { id: "method" }, h("h2", {}, "How it was found"), method),
      h(
        "section",
        { id: "files" },
        h("h2", {}, "Files"),
        downloads(() => ({ ...document!, details: [...details.values()] })),
      ),
    ),
    show(part) {
      const before = document;
      document = {
        ...(before ?? { rows: [], order: [], details: [], whole: {}, notes: [], estimates: [] }),
        ...part,
      } as AnswersDocument;
      for (const one of part.details ?? []) {
        const place = document.rows.findIndex(({ row }) => row === one.row);
        if (place >= 0) details.set(place, one);
      }
      fill(head, headOf(document));
      if (part.rows) table.show(document);
      fill(set, setView(document, pick));
      if (!set.hasChildNodes()) fill(set, h("p", { class: "meta" }, "Nothing yet."));
      if (document.method) fill(method, methodView(document));
      if (shown === undefined && document.order.length > 0) {
        // of a written page one that it holds in full
        const full = ask ? undefined : document.order.find((place) => details.has(place));
        shown = full ?? document.order[0];
        table.mark(shown);
      }
      if (part.rows || part.details) drawPoint();
    },
    showDetails(place, found) {
      details.set(place, found);
      if (place === shown) drawPoint();
    },
  };
}

function headOf({
  model,
  points,
  trainingPoints,
  rows,
  whole,
  title,
  classes,
}: AnswersDocument): Child {
  if (!model) return undefined;
  const labelled = rows.filter(({ wrong }) => wrong !== undefined);
  const wrong = labelled.filter((row) => row.wrong).length;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [
      "model",
      `${model.format}, ${model.trees === undefined ? count(model.parameters ?? 0, "parameter") : count(model.trees, "tree")}`,
    ],
    ["points", points.toLocaleString("en-GB")],
    ["training points", trainingPoints?.toLocaleString("en-GB")],
    [
      "wrong",
      labelled.length > 0
        ? `${wrong.toLocaleString("en-GB")} (${percent(wrong / labelled.length)})`
        : undefined,
    ],
    [whole.score?.name ?? "", whole.score && readable(whole.score.value)],
  ];
  const chance = 1 - 1 / Math.max(2, classes?.length ?? model.outputs);
  return [
    h("h2", { class: "title" }, named(title)),
    labelled.length >= 20 &&
      wrong > (chance + 0.1) * labelled.length &&
      h(
        "p",
        { class: "note" },
        "More predictions are wrong than by chance. Are the names of the classes in the order of the outputs, and the columns in that of the model?",
      ),
    h(
      "dl",
      { class: "facts" },
      facts.map(
        ([name, value]) =>
          value !== undefined && h("div", {}, h("dt", {}, name), h("dd", {}, value)),
      ),
    ),
  ];
}
