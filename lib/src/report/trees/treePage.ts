import type { Chart } from "../charts.js";
import { html, type Html } from "../html.js";
import { facts, page } from "../page.js";
import { provenanceSection } from "../provenance.js";
import { groupsSection, labelsSection } from "./groupsSection.js";
import { treePoints, type TreeReport } from "./treeReport.js";
import {
  dependenceSection,
  globalSection,
  localSection,
  pointsSection,
  type TreeContext,
  type TreeSection,
} from "./treeSections.js";

const sections: readonly TreeSection[] = [
  pointsSection,
  globalSection,
  localSection,
  dependenceSection,
  groupsSection,
  labelsSection,
  ({ report }) => ({
    id: "provenance",
    title: "Provenance",
    body: provenanceSection(report.provenance),
  }),
];

/** The report of `phaselens explain` on trees as one page. */
export function treePage(report: TreeReport, charts: readonly Chart[]): string {
  const context: TreeContext = {
    report,
    points: treePoints(report),
    chart: (id) => charts.find(({ figure }) => figure.id === `report-${id}`),
  };
  return page(
    report.title,
    headOf(report),
    sections.map((section) => section(context)).filter((section) => section !== undefined),
    html`Written by phaselens ${report.provenance.phaselens}. Rows are counted from 0.`,
  );
}

function headOf({ model, method, outputName, x, backgroundPoints, notes }: TreeReport): Html {
  const { ensemble, format, name } = model;
  const trees = format === "phaselens" ? "Forest" : `Trees of ${format},`;
  return html`<p class="meta">${trees} “${name}”: ${outputName}, explained by ${method.words}.</p>
    ${facts([
      ["points explained", x.shape[0]],
      ["trees", ensemble.members.length],
      ["features", ensemble.features],
      ["outputs", ensemble.outputs > 1 ? ensemble.outputs : undefined],
      ["link", ensemble.link],
      ["background points", backgroundPoints],
    ])}
    ${notes.map((note) => html`<p class="note">${note}</p>`)}`;
}
