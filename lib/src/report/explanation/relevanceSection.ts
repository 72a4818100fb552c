import { row } from "../../core/tensor.js";
import { LISTED, spaceWords } from "../explanationReport.js";
import { equation, html, type Html } from "../html.js";
import { readable } from "../number.js";
import { plate, table } from "../page.js";
import { DETAILED, predictionOf, type PageContext, type Section } from "./context.js";

export const relevanceSection: Section = (context) => ({
  id: "relevance",
  title: "Relevance",
  body: relevanceBody(context),
});

function relevanceBody({ report, points, chart }: PageContext): Html {
  const { method, start, names, relevance } = report;
  const shown = points.filter(({ place }) => chart(`relevance-${place}`));
  return html`<p>
      ${method.words}. Relevance R shares ${start} out among the entries of the input: positive
      entries speak for it, negative ones against it.
    </p>
    ${equation(method.equation)}
    <p class="meta">${method.reference} ${spaceWords}</p>
    ${plate(chart("relevance-mean"), meanWords(report))}
    ${shown.map((point) => plate(chart(`relevance-${point.place}`), `Point ${point.row}: prediction ${predictionOf(report, point)}, Σ R = ${readable(point.relevanceSum)}.`))}
    ${
      shown.length === 0 &&
      html`<p>Without charts, the most relevant entries of the first points:</p>
        ${points.slice(0, DETAILED).map((point) => topEntries(point.row, row(relevance, point.place), names))}`
    }
    <p class="meta">relevance.npy holds R of all points in the order of the data.</p>`;
}

/** Below the chart of means. */
function meanWords({ byInput }: PageContext["report"]): string {
  if (!byInput) return "Mean modulus of relevance: the entries that matter anywhere.";
  const without = Object.keys(byInput).filter((name) => byInput[name].data.every((r) => r === 0));
  const silent = `Without any, as masks are, and not drawn below: ${without.join(", ")}.`;
  return `What the inputs carry in all.${without.length > 0 ? ` ${silent}` : ""}`;
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
