import { row } from "../core/tensor.js";
import type { GradientConvention } from "../nn/network/gradientConvention.js";
import { dampingWords } from "../hessian/solvers/damping.js";
import type { Chart } from "./charts.js";
import {
  LISTED,
  pointFacts,
  spaceWords,
  type ExplanationReport,
  type InfluentialPoint,
  type PointFacts,
} from "./explanationReport.js";
import { equation, html, type Html } from "./html.js";
import { predictionWords, targetWords } from "./labelWords.js";
import { modelWords } from "./modelWords.js";
import { readable } from "./number.js";
import { facts, page, plate, table, type Column, type PageSection } from "./page.js";
import { provenanceSection } from "./provenance.js";

/** Rows of the table of points, at sight and in all; every point is in the JSON. */
const ROWS_AT_SIGHT = 15;
const MOST_ROWS = 500;
/** Points whose influential training points are listed. */
const DETAILED = 12;

const optional = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : readable(value);

/** The report of `phaselens explain` as one page. */
export function explanationPage(report: ExplanationReport, charts: readonly Chart[]): string {
  const { title, model, explanation, provenance, notes, trainingPoints, method } = report;
  const points = pointFacts(report);
  const chart = (id: string): Chart | undefined =>
    charts.find(({ figure }) => figure.id === `report-${id}`);
  const head = html`<p class="meta">${modelWords(model)}, explained by ${method.words}.</p>
    ${facts([
      ["points explained", points.length],
      ["parameters", model.parameters],
      ["input", model.inputShape.join(" × ")],
      ["training points", trainingPoints],
      [
        "damping λ",
        explanation.training && dampingWords(explanation.training.curvature.damping, readable),
      ],
    ])}
    ${notes.map((note) => html`<p class="note">${note}</p>`)}`;
  const sections: (PageSection | undefined)[] = [
    { id: "points", title: "Points", body: pointsTable(report, points) },
    { id: "relevance", title: "Relevance", body: relevanceBody(report, points, chart) },
    { id: "conservation", title: "Conservation", body: conservationBody(report) },
    explanation.training && {
      id: "influence",
      title: "Influence of training points",
      body: influenceBody(report, points, chart),
    },
    explanation.training && {
      id: "trust",
      title: "Uncertainty and extrapolation",
      body: trustBody(report, chart),
    },
    { id: "provenance", title: "Provenance", body: provenanceSection(provenance) },
  ];
  return page(
    title,
    head,
    sections.filter((section) => section !== undefined),
    html`Written by phaselens ${provenance.phaselens}. Rows are counted from 0.`,
  );
}

function predictionOf({ classes }: ExplanationReport, point: PointFacts): string {
  return predictionWords(classes, point);
}

function targetOf(
  { classes, model }: ExplanationReport,
  { target }: PointFacts,
): string | undefined {
  return target && targetWords(classes, model.output, target);
}

function pointsTable(report: ExplanationReport, points: readonly PointFacts[]): Html {
  const {
    explanation: { explained, training },
  } = report;
  const columns: Column<PointFacts>[] = [
    { title: "row", number: true, cell: (point) => point.row },
    { title: "prediction", cell: (point) => predictionOf(report, point) },
    ...(report.target
      ? [{ title: "target", cell: (point: PointFacts) => targetOf(report, point) }]
      : []),
    {
      title: explained === "output" ? "explained output" : explained,
      number: true,
      cell: (point) => readable(point.explained),
    },
    { title: "Σ R", number: true, cell: (point) => readable(point.relevanceSum) },
    ...(training
      ? [
          { title: "RUE", number: true, cell: (point: PointFacts) => optional(point.uncertainty) },
          {
            title: "LEES",
            number: true,
            cell: (point: PointFacts) => optional(point.extrapolation),
          },
        ]
      : []),
  ];
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

function relevanceBody(
  report: ExplanationReport,
  points: readonly PointFacts[],
  chart: (id: string) => Chart | undefined,
): Html {
  const { method, start, names, relevance } = report;
  const shown = points.filter(({ row: t }) => chart(`relevance-${t}`));
  return html`<p>
      ${method.words}. Relevance R shares ${start} out among the entries of the input: positive
      entries speak for it, negative ones against it.
    </p>
    ${equation(method.equation)}
    <p class="meta">${method.reference} ${spaceWords}</p>
    ${plate(chart("relevance-mean"), "Mean modulus of relevance: the entries that matter anywhere.")}
    ${shown.map((point) => plate(chart(`relevance-${point.row}`), `Point ${point.row}: prediction ${predictionOf(report, point)}, Σ R = ${readable(point.relevanceSum)}.`))}
    ${
      shown.length === 0 &&
      html`<p>Without charts, the most relevant entries of the first points:</p>
        ${points.slice(0, DETAILED).map((point) => topEntries(point.row, row(relevance, point.row), names))}`
    }
    <p class="meta">relevance.npy holds R of all points in the order of the data.</p>`;
}

function topEntries(t: number, values: Float64Array, names: readonly string[] | undefined): Html {
  const order = Array.from(values.keys())
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b)
    .slice(0, LISTED);
  return table(
    order,
    [
      { title: "entry", cell: (k) => names?.[k] ?? k },
      { title: "R", number: true, cell: (k) => readable(values[k]) },
    ],
    `point ${t}`,
  );
}

function conservationBody({ explanation: { attribution } }: ExplanationReport): Html {
  const { conservation, missing } = attribution;
  const worst = missing?.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return html`<p>
      What a layer hands on should be what it received: Σ<sub>i</sub> R<sub>i</sub> = Σ<sub>j</sub>
      R<sub>j</sub>. What is lost went to biases and the stabiliser ε, or met a denominator of 0.
    </p>
    ${
      conservation.length > 0
        ? table(
            conservation,
            [
              { title: "node", number: true, cell: (entry) => entry.node },
              { title: "layer", cell: (entry) => entry.layer },
              { title: "rule", cell: (entry) => entry.rule },
              { title: "Σ R arriving", number: true, cell: (entry) => readable(entry.arriving) },
              { title: "Σ R leaving", number: true, cell: (entry) => readable(entry.leaving) },
              {
                title: "to bias and ε",
                number: true,
                cell: (entry) => readable(entry.toBiasAndStabiliser),
              },
              {
                title: "to zeros",
                number: true,
                cell: (entry) => readable(entry.toZeroDenominators),
              },
            ],
            "Summed over all points, from the output down.",
          )
        : html`<p>This method does not hand relevance from layer to layer.</p>`
    }
    ${worst !== undefined ? html`<p>The largest difference between what was to be shared out and Σ R of a point is ${readable(worst)}.</p>` : html`<p>This method promises no sum.</p>`}`;
}

const penaltyWords: Readonly<Record<GradientConvention, string>> = {
  loss: "Gradients are those of losses alone; the penalty is in the Hessian.",
  dawid2021:
    "The penalty is in the Hessian and in all gradients of losses, as published by Dawid et al. 2021.",
};

function influenceBody(
  report: ExplanationReport,
  points: readonly PointFacts[],
  chart: (id: string) => Chart | undefined,
): Html {
  const { explained, training } = report.explanation;
  const { curvature, relatif } = training!;
  const what = {
    loss: "loss of the point",
    "minimal loss": "loss of the point at its predicted label",
    output: "explained output",
  }[explained];
  const list = (entries: readonly InfluentialPoint[], caption: string): Html =>
    table(
      entries,
      [
        { title: "training row", number: true, cell: (entry) => entry.row },
        { title: "influence I", number: true, cell: (entry) => readable(entry.influence) },
        ...(relatif
          ? [
              {
                title: "RelatIF",
                number: true,
                cell: (entry: InfluentialPoint) => optional(entry.relatif),
              },
            ]
          : []),
      ],
      caption,
    );
  const signs =
    explained === "output"
      ? ["raise it when taken away", "lower it when taken away"]
      : ["helpful: the loss rises without them", "harmful: the loss falls without them"];
  return html`<p>
      How much the ${what} would change, to first order, if a training point had not been there
      (Dawid et al. 2021, Eqs. (1) and (3)). RelatIF divides by the length of the step that the
      removal would cause, which takes away the pull of outliers.
    </p>
    ${equation("I(z_r, z) = (1/n) ∇L(z)ᵀ (H + λ1)⁻¹ ∇L(z_r)")}
    <p class="meta">
      ${curvature.exact ? "Exact Hessian" : "Products with the Hessian, conjugate gradients"};
      eigenvalues from ${readable(curvature.extremes[0])} to
      ${readable(curvature.extremes[1])}${!curvature.exact && " (bounds)"}, damping λ =
      ${dampingWords(curvature.damping, readable)}.${report.l2 > 0 && ` ${penaltyWords[report.convention]}`}
      Whether these numbers predict what removal does is what phaselens audit examines.
    </p>
    ${plate(chart("influence"), "Influence of each training point; triangles are the five strongest of each sign.")}
    ${points.slice(0, DETAILED).map((point, k) => html`<details${k < 3 && html` open`}><summary>Point ${point.row}, prediction ${predictionOf(report, point)}</summary><div class="pair">${list(point.helpful!, signs[0])}${list(point.harmful!, signs[1])}</div></details>`)}
    <p class="meta">
      influence.npy holds all values, one row a point and one column a training point.
    </p>`;
}

function trustBody(
  { explanation: { explained, training } }: ExplanationReport,
  chart: (id: string) => Chart | undefined,
): Html {
  const { uncertaintyError, extrapolation, curvature } = training!;
  const what = explained === "output" ? "output" : "loss";
  return html`<h3>Resampling uncertainty (RUE)</h3>
    <p>
      The variance of the ${what} had the training set been drawn anew,
      ${uncertaintyError ? "from bootstrap samples at whose parameters the network was evaluated; w counts how often a training point was drawn, less one" : "linearised: the infinitesimal jackknife"}
      (Dawid et al. 2021, Eq. (4)).
    </p>
    ${equation(uncertaintyError ? "RUE = (1/b) Σ_b (L(θ′_b) − L(θ))²,  θ′_b = θ − (1/n) (H + λ1)⁻¹ Σ_r w_br ∇L_r" : "RUE = Σ_r (I_r − ⟨I⟩)²")}
    <h3>Extrapolation score (LEES)</h3>
    <p>
      The length of the gradient in directions that the training data do not determine (Dawid et al.
      2021, Eq. (5)): 0 means no extrapolation. The ${curvature.directions} directions with the
      largest eigenvalues are taken as determined.
    </p>
    ${equation("ℰ_m = ‖U_mᵀ ∇L‖")}
    ${extrapolation ? plate(chart("trust"), "Points to the right extrapolate, points at the top depend on the sample that was drawn; numbers are rows of the data.") : html`<p class="note">The leading eigenpairs did not converge, so there is no score. Give --directions a smaller number.</p>`}`;
}
