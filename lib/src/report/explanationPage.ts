import { dampingWords } from "../hessian/solvers/damping.js";
import type { Chart } from "./charts.js";
import { conservationSection } from "./explanation/conservationSection.js";
import type { PageContext, Section } from "./explanation/context.js";
import { influenceSection } from "./explanation/influenceSection.js";
import { pointsSection } from "./explanation/pointsSection.js";
import { relevanceSection } from "./explanation/relevanceSection.js";
import { trustSection } from "./explanation/trustSection.js";
import { pointFacts, type ExplanationReport, type PointFacts } from "./explanationReport.js";
import { html, type Html } from "./html.js";
import { modelWords } from "./modelWords.js";
import { readable } from "./number.js";
import { facts, page } from "./page.js";
import { provenanceSection } from "./provenance.js";

const sections: readonly Section[] = [
  pointsSection,
  relevanceSection,
  conservationSection,
  influenceSection,
  trustSection,
  ({ report }) => ({
    id: "provenance",
    title: "Provenance",
    body: provenanceSection(report.provenance),
  }),
];

/** The report of `phaselens explain` as one page. */
export function explanationPage(report: ExplanationReport, charts: readonly Chart[]): string {
  const context: PageContext = {
    report,
    points: inReading(report),
    chart: (id) => charts.find(({ figure }) => figure.id === `report-${id}`),
  };
  return page(
    report.title,
    headOf(context),
    sections.map((section) => section(context)).filter((section) => section !== undefined),
    html`Written by phaselens ${report.provenance.phaselens}. Rows are counted from 0.`,
  );
}

function inReading(report: ExplanationReport): PointFacts[] {
  const points = pointFacts(report);
  return report.reading?.map((place) => points[place]) ?? points;
}

function headOf({ report, points }: PageContext): Html {
  const { model, explanation, notes, trainingPoints, method } = report;
  return html`<p class="meta">${modelWords(model)}, explained by ${method.words}.</p>
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
}
