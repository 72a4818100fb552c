import { dampingWords } from "../hessian/solvers/damping.js";
import { curvatureWords } from "../hessian/curvature/curvatureFacts.js";
import type { AuditReport, Verdict } from "../hessian/audit/auditReport.js";
import { curve } from "../figures/marks/curve.js";
import type { Figure } from "../figures/charts/figure.js";
import { layer } from "../figures/charts/layer.js";
import { points } from "../figures/marks/points.js";
import type { Chart } from "./charts.js";
import { equation, html, type Html } from "./html.js";
import { modelWords } from "./modelWords.js";
import { readable } from "./number.js";
import { facts, page, plate, table, type PageSection } from "./page.js";
import { provenanceSection, type Provenance } from "./provenance.js";

/** An audit with what a reader has to be told about it. */
export interface AuditPageInput {
  readonly title: string;
  readonly model: { readonly name: string; readonly format: string };
  readonly report: AuditReport;
  readonly notes: readonly string[];
  readonly provenance: Provenance;
}

/** Predicted and measured changes; the ranking at neighbouring dampings. */
export function auditFigures({ response, damping }: AuditReport): Figure[] {
  const figures: Figure[] = [];
  if (response) {
    const tests = response.predicted.shape[1];
    const rows = Array.from(response.predicted.data, (predicted, p) => ({
      predicted,
      measured: response.measured.data[p],
      test: String(p % tests),
    }));
    const ends = [
      Math.min(...rows.map((entry) => entry.predicted)),
      Math.max(...rows.map((entry) => entry.predicted)),
    ];
    figures.push(
      layer({
        id: "report-audit-response",
        title: "Predicted and measured change of the test losses",
        x: { title: "influence", format: ".1~e" },
        y: { title: "measured change", format: ".1~e" },
        marks: [
          curve({
            rows: ends.map((at) => ({ predicted: at, measured: at })),
            x: "predicted",
            y: "measured",
            series: { name: "equal" },
            width: 1,
            dash: [4, 3],
          }),
          points({
            rows,
            x: "predicted",
            y: "measured",
            series: { name: "one removal, one test point" },
            size: 16,
            opacity: 0.6,
          }),
        ],
      }),
    );
  }
  const scan = damping?.rows.filter(({ damping: at, next }) => next && at > 0) ?? [];
  if (scan.length > 1) {
    const rows = scan.flatMap(({ damping: at, next }) => [
      { damping: at, value: next!.rankCorrelation, what: "rank correlation" },
      { damping: at, value: next!.sharedTopFive, what: "share of the five strongest" },
    ]);
    const look = { rows, x: "damping", y: "value", series: { field: "what" } };
    figures.push(
      layer({
        id: "report-audit-damping",
        title: "Agreement of the ranking with that at the next damping",
        height: 200,
        x: { title: "damping λ", scale: "log" },
        y: { title: "agreement", domain: [Math.min(0, ...rows.map(({ value }) => value)), 1.02] },
        marks: [curve({ ...look, width: 1.5 }), points({ ...look, size: 40 })],
      }),
    );
  }
  return figures;
}

const badge = (verdict: Verdict | "reported"): Html =>
  html`<span class="badge ${verdict}">${verdict}</span>`;

/** The report of `phaselens audit` as one page. */
export function auditPage(
  { title, model, report, notes, provenance }: AuditPageInput,
  charts: readonly Chart[],
): string {
  const { spectrum, stationarity } = report;
  const chart = (id: string): Chart | undefined =>
    charts.find(({ figure }) => figure.id === `report-audit-${id}`);
  const head = html`<p>${badge(report.verdict)} ${report.conclusion}</p>
    <p class="meta">${modelWords(model)}.</p>
    ${facts([
      ["parameters", report.parameters],
      ["curvature", curvatureWords(report.curvature)],
      ["training points", report.samples],
      ["test points", report.tests],
      ["damping λ", dampingWords(spectrum.damping, readable)],
      ["|∇ℜ|", readable(stationarity.gradientNorm)],
      ["condition number", readable(spectrum.conditionNumber)],
    ])}
    ${notes.map((note) => html`<p class="note">${note}</p>`)}`;
  const sections: PageSection[] = [
    {
      id: "parts",
      title: "What was examined",
      body: html`${table(report.lines, [
          { title: "part", cell: ({ part }) => part },
          { title: "verdict", cell: ({ verdict }) => badge(verdict) },
          { title: "finding", cell: ({ words }) => words },
        ])}
        <p>
          Influence is the derivative of retraining only at a minimum of the risk ℜ with a Hessian
          that can be inverted. Where the model is no minimum, what influence with damping λ
          predicts is the proximal response: the minimum of
        </p>
        ${equation("F(θ) = ℜ(θ) − (1/n) L_r(θ) − ∇ℜ(θ̃)ᵀθ + (λ/2) ‖θ − θ̃‖²")}
        ${typeof spectrum.damping !== "number" && html`<p>Steps count in units of the mean curvature of each group of parameters, the weights or the biases of a layer or the weights of one input: so nothing here depends on the units of targets and inputs.</p>`}
        <p class="meta">Dawid et al. 2021, Eq. (1) and Sec. II F.</p>`,
    },
    {
      id: "response",
      title: "Does influence predict removal?",
      body: response(report, chart("response")),
    },
    {
      id: "damping",
      title: "Dependence on the damping",
      body: html`${plate(chart("damping"), "Near 1: the ranking of the training points is not the damping's.")}
      ${
        report.damping
          ? table(report.damping.rows, [
              { title: "λ", number: true, cell: (entry) => readable(entry.damping) },
              {
                title: "condition number",
                number: true,
                cell: (entry) => readable(entry.conditionNumber),
              },
              {
                title: "rank correlation with the next",
                number: true,
                cell: (entry) => (entry.next ? readable(entry.next.rankCorrelation) : undefined),
              },
              {
                title: "shared top five",
                number: true,
                cell: (entry) => (entry.next ? readable(entry.next.sharedTopFive) : undefined),
              },
            ])
          : html`<p>Not examined.</p>`
      }`,
    },
    { id: "provenance", title: "Provenance", body: provenanceSection(provenance) },
  ];
  return page(
    title,
    head,
    sections,
    html`Written by phaselens ${provenance.phaselens}. Rows are counted from 0.`,
  );
}

function response({ response: found }: AuditReport, chart: Chart | undefined): Html {
  if (!found) return html`<p>No training point was taken away.</p>`;
  return html`${plate(chart, "Each removal on each test point; on the dashed line prediction and measurement agree.")}
  ${table(
    found.facts.map((fact, k) => ({ ...fact, row: found.rows[k] })),
    [
      { title: "training row", number: true, cell: (fact) => fact.row },
      { title: "length of the step", number: true, cell: (fact) => readable(fact.length) },
      { title: "ended", cell: (fact) => fact.ended },
    ],
    "Training points taken away, one by one.",
  )}`;
}

/** What a program reads. */
export function auditJson(
  { title, model, report, notes, provenance }: AuditPageInput,
  written: readonly string[],
): object {
  const plain = (_key: string, value: unknown): unknown => {
    if (typeof value === "number" && !Number.isFinite(value)) return String(value);
    return value instanceof Float64Array ? Array.from(value) : value;
  };
  const { conclusion, lines } = report;
  const body = {
    schema: "phaselens/audit/1",
    format: "phaselens-audit",
    version: 1,
    title,
    model,
    verdict: report.verdict,
    conclusion,
    lines,
    report: { ...report, conclusion: undefined, lines: undefined, text: undefined }, // said above
    notes,
    provenance,
    written,
  };
  return JSON.parse(JSON.stringify(body, plain)) as object;
}
