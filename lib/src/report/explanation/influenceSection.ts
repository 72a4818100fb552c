import { blindSpots, curvatureWords } from "../../hessian/curvature/curvatureFacts.js";
import { dampingWords } from "../../hessian/solvers/damping.js";
import type { GradientConvention } from "../../nn/network/gradientConvention.js";
import type { ExplanationReport, InfluentialPoint } from "../explanationReport.js";
import { equation, html, type Html } from "../html.js";
import { readable } from "../number.js";
import { plate, table, type Column } from "../page.js";
import { DETAILED, optional, predictionOf, type PageContext, type Section } from "./context.js";

export const influenceSection: Section = (context) =>
  context.report.explanation.training && {
    id: "influence",
    title: "Influence of training points",
    body: influenceBody(context),
  };

const penaltyWords: Readonly<Record<GradientConvention, string>> = {
  loss: "Gradients are those of losses alone; the penalty is in the Hessian.",
  dawid2021:
    "The penalty is in the Hessian and in all gradients of losses, as published by Dawid et al. 2021.",
};

const explainedWords: Readonly<Record<ExplanationReport["explanation"]["explained"], string>> = {
  loss: "loss of the point",
  "minimal loss": "loss of the point at its predicted label",
  output: "explained output",
};

/** What the two lists of a point are called. */
const signWords = (explained: ExplanationReport["explanation"]["explained"]): [string, string] =>
  explained === "output"
    ? ["raise it when taken away", "lower it when taken away"]
    : ["helpful: the loss rises without them", "harmful: the loss falls without them"];

function columnsOf(relatif: boolean): Column<InfluentialPoint>[] {
  const columns: Column<InfluentialPoint>[] = [
    { title: "training row", number: true, cell: (entry) => entry.row },
    { title: "influence I", number: true, cell: (entry) => readable(entry.influence) },
  ];
  if (relatif)
    columns.push({ title: "RelatIF", number: true, cell: (entry) => optional(entry.relatif) });
  return columns;
}

function influenceBody({ report, points, chart }: PageContext): Html {
  const { explained, training } = report.explanation;
  const { curvature, relatif } = training!;
  const what = explainedWords[explained];
  const signs = signWords(explained);
  const columns = columnsOf(relatif !== undefined);
  const list = (entries: readonly InfluentialPoint[], caption: string): Html =>
    table(entries, columns, caption);
  return html`<p>
      How much the ${what} would change, to first order, if a training point had not been there
      (Dawid et al. 2021, Eqs. (1) and (3)). RelatIF divides by the length of the step that the
      removal would cause, which takes away the pull of outliers.
    </p>
    ${equation("I(z_r, z) = (1/n) ∇L(z)ᵀ (H + λ1)⁻¹ ∇L(z_r)")}
    <p class="meta">
      Curvature: ${curvatureWords(curvature)} (${curvature.why}); eigenvalues from
      ${readable(curvature.extremes[0])} to
      ${readable(curvature.extremes[1])}${curvature.name === "cg" && " (bounds)"}, damping λ =
      ${dampingWords(curvature.damping, readable)}.${report.l2 > 0 && ` ${penaltyWords[report.convention]}`}
      ${blindSpots[curvature.name]}
      ${training!.relatifError !== undefined && `Lengths in RelatIF are estimated, with a standard error of ${readable(100 * training!.relatifError)} %.`}
      Whether these numbers predict what removal does is what phaselens audit examines.
    </p>
    ${plate(chart("influence"), "Influence of each training point; triangles are the five strongest of each sign.")}
    ${points.slice(0, DETAILED).map((point, k) => html`<details${k < 3 && html` open`}><summary>Point ${point.row}, prediction ${predictionOf(report, point)}</summary><div class="pair">${list(point.helpful!, signs[0])}${list(point.harmful!, signs[1])}</div></details>`)}
    <p class="meta">
      influence.npy holds all values, one row a point and one column a training point.
    </p>`;
}
