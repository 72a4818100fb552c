import { predictionWords, targetWords } from "../labelWords.js";
import { equation, html, type Html } from "../html.js";
import { readable } from "../number.js";
import { plate, table, type Column, type PageSection } from "../page.js";
import type { Chart } from "../charts.js";
import type { TreePoint, TreeReport } from "./treeReport.js";
import { lossWords, outputWords } from "./treeTask.js";

/** What the sections of the page are made of. */
export interface TreeContext {
  readonly report: TreeReport;
  readonly points: readonly TreePoint[];
  /** The chart `report-ID`, where there is one. */
  chart(id: string): Chart | undefined;
}

/** One section; undefined where the report has nothing for it. */
export type TreeSection = (context: TreeContext) => PageSection | undefined;

/** Rows of the table of points, at sight and in all; every point is in the JSON. */
const ROWS_AT_SIGHT = 10;
const MOST_ROWS = 300;

export const predictionOf = ({ classes }: TreeReport, point: TreePoint): string =>
  predictionWords(classes, point);

export const targetOf = (
  { classes, task }: TreeReport,
  { target }: TreePoint,
): string | undefined => target && targetWords(classes, outputWords[task], target);

/** Columns that each table of points has. */
export function pointColumns(report: TreeReport): Column<TreePoint>[] {
  const columns: Column<TreePoint>[] = [
    { title: "row", number: true, cell: (point) => point.row },
    { title: "prediction", cell: (point) => predictionOf(report, point) },
  ];
  if (!report.target) return columns;
  const { ensemble } = report.model;
  return [
    ...columns,
    { title: "target", cell: (point) => targetOf(report, point) },
    {
      title: lossWords(ensemble, report.task),
      number: true,
      cell: (point) => readable(point.loss!),
    },
  ];
}

/** The largest contributions in words. */
export const topWords = (point: TreePoint, count: number): string =>
  point.top
    .filter(({ contribution }) => contribution !== 0)
    .slice(0, count)
    .map(({ feature, contribution }) => `${feature} (${readable(contribution)})`)
    .join(", ");

export const pointsSection: TreeSection = ({ report, points }) => {
  const columns: Column<TreePoint>[] = [
    ...pointColumns(report),
    {
      title: "margin",
      number: true,
      cell: (point) => readable(point.margin[report.output]),
    },
    { title: "largest contributions", cell: (point) => topWords(point, 3) },
  ];
  const rest = points.slice(ROWS_AT_SIGHT, MOST_ROWS);
  const { score } = report.explanation;
  const body = html`${score && html`<p>${score.name} on these points: ${readable(score.value)}.</p>`}
  ${table(points.slice(0, ROWS_AT_SIGHT), columns)}
  ${
    rest.length > 0 &&
    html`<details>
      <summary>${rest.length} more</summary>
      ${table(rest, columns)}
    </details>`
  }
  ${points.length > MOST_ROWS && html`<p class="meta">The first ${MOST_ROWS} of ${points.length}; all are in explanation.json.</p>`}`;
  return { id: "points", title: "Points", body };
};

/** Features that are listed where there are no charts. */
const LISTED = 20;

export const globalSection: TreeSection = ({ report, chart }) => {
  const { method, outputName, explanation, features } = report;
  const { order, importance } = explanation;
  const drawn = chart("contributions");
  const silent = importance.filter((value) => value === 0).length;
  const body = html`<p>
      Contributions φ take the margin apart: margin = bias + Σ<sub>i</sub> φ<sub>i</sub>, with the
      bias ${readable(explanation.bias)}. The margin is that of ${outputName}; the way is
      ${method.words}.
    </p>
    ${equation(method.equation)}
    <p class="meta">${method.reference}</p>
    ${plate(drawn, "Mean |φ|: the features that matter anywhere.")}
    ${!drawn && featureTable(order.slice(0, LISTED), features, importance)}
    ${silent > 0 && html`<p class="meta">Without any contribution: ${silent} of the ${features.length} features.</p>`}
    <p class="meta">contributions.npy holds φ of all points and outputs, bias.npy the biases.</p>`;
  return { id: "contributions", title: "Global contributions", body };
};

const featureTable = (
  order: readonly number[],
  features: readonly string[],
  importance: Float64Array,
): Html =>
  table(order, [
    { title: "feature", cell: (k) => features[k] },
    { title: "mean |φ|", number: true, cell: (k) => readable(importance[k]) },
  ]);

export const localSection: TreeSection = ({ report, points, chart }) => {
  const shown = points.filter(({ row }) => chart(`point-${row}`));
  if (shown.length === 0) return undefined;
  const { explanation, output } = report;
  const words = (point: TreePoint): string =>
    `Point ${point.row}: prediction ${predictionOf(report, point)}; margin ${readable(point.margin[output])} = bias ${readable(explanation.bias)} + Σ φ ${readable(point.contributionSum)}.`;
  const body = html`<p>
      The bias is what the trees say before they know a feature; each bar to the right raises the
      margin, each to the left lowers it.
    </p>
    ${shown.map((point) => plate(chart(`point-${point.row}`), words(point)))}`;
  return { id: "local", title: "Contributions to single points", body };
};

export const dependenceSection: TreeSection = ({ report, chart }) => {
  const drawn = chart("dependence");
  if (!drawn) return undefined;
  const coloured = report.explanation.partners
    ? "The colour is the feature that interacts with it most, by the mean modulus of Shapley interaction values; colours end at its 5 % and 95 % quantiles, points without it are grey."
    : "Interactions were not looked for, so there is no colour.";
  const body = html`<p>
      The contribution of a feature against its value, for the features with the largest mean |φ|.
      What spreads at one value comes from other features.
    </p>
    ${plate(drawn, `${coloured} Points where the feature is missing are not drawn.`)}`;
  return { id: "dependence", title: "Dependence", body };
};
