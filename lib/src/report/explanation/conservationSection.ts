import type { ConservationRow } from "../../lrp/propagation/conservation.js";
import type { ExplanationReport } from "../explanationReport.js";
import { html, type Html } from "../html.js";
import { readable } from "../number.js";
import { table, type Column } from "../page.js";
import type { Section } from "./context.js";

export const conservationSection: Section = ({ report }) => ({
  id: "conservation",
  title: "Conservation",
  body: conservationBody(report),
});

const columns: readonly Column<ConservationRow>[] = [
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
];

/** Up to so many layers all are listed. */
const FEW = 12;
/** Losses below this part of what arrived at the output are rounding. */
const ROUNDING = 1e-9;

/** The layers that lose something, and how many others there are. */
function lossy(rows: readonly ConservationRow[]): { shown: ConservationRow[]; others: number } {
  const whole = Math.abs(rows[0].arriving) || 1;
  const loses = ({ largestLoss }: ConservationRow): boolean => !(largestLoss <= ROUNDING * whole);
  const shown = rows.length <= FEW ? [...rows] : rows.filter(loses);
  return { shown, others: rows.length - shown.length };
}

function conservationTable(rows: readonly ConservationRow[]): Html {
  const { shown, others } = lossy(rows);
  const silent = others > 0 ? ` ${others} layers hand on all that they receive.` : "";
  return table(shown, columns, `Summed over all points, from the output down.${silent}`);
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
        ? conservationTable(conservation)
        : html`<p>This method does not hand relevance from layer to layer.</p>`
    }
    ${worst !== undefined ? html`<p>The largest difference between what was to be shared out and Σ R of a point is ${readable(worst)}.</p>` : html`<p>This method promises no sum.</p>`}`;
}
