import type { ExplanationReport, PointFacts } from "../explanationReport.js";
import { html, type Html } from "../html.js";
import { targetWords } from "../labelWords.js";
import { readable } from "../number.js";
import { table, type Column } from "../page.js";
import { optional, predictionOf, type Section } from "./context.js";

/** Rows of the table of points, at sight and in all; every point is in the JSON. */
const ROWS_AT_SIGHT = 15;
const MOST_ROWS = 500;

export const pointsSection: Section = ({ report, points }) => ({
  id: "points",
  title: "Points",
  body: pointsTable(points, columnsOf(report)),
});

function columnsOf(report: ExplanationReport): Column<PointFacts>[] {
  const { explained, training } = report.explanation;
  const columns: Column<PointFacts>[] = [
    { title: "row", number: true, cell: (point) => point.row },
    { title: "prediction", cell: (point) => predictionOf(report, point) },
  ];
  if (report.target) columns.push({ title: "target", cell: (point) => targetOf(report, point) });
  columns.push(
    {
      title: explained === "output" ? "explained output" : explained,
      number: true,
      cell: (point) => readable(point.explained),
    },
    { title: "Σ R", number: true, cell: (point) => readable(point.relevanceSum) },
  );
  if (training)
    columns.push(
      { title: "RUE", number: true, cell: (point) => optional(point.uncertainty) },
      { title: "LEES", number: true, cell: (point) => optional(point.extrapolation) },
    );
  return columns;
}

const targetOf = (
  { classes, model }: ExplanationReport,
  { target }: PointFacts,
): string | undefined => target && targetWords(classes, model.output, target);

function pointsTable(points: readonly PointFacts[], columns: Column<PointFacts>[]): Html {
  const rest = points.slice(ROWS_AT_SIGHT, MOST_ROWS);
  return html`${table(points.slice(0, ROWS_AT_SIGHT), columns)}
  ${
    rest.length > 0 &&
    html`<details>
      <summary>${rest.length} more</summary>
      ${table(rest, columns)}
    </details>`
  }
  ${points.length > MOST_ROWS && html`<p class="meta">The first ${MOST_ROWS} of ${points.length}; all are in explanation.json.</p>`}`;
}
