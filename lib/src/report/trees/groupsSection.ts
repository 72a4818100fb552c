import { describeEstimate } from "../../core/statistics/describeEstimate.js";
import { html } from "../html.js";
import { readable } from "../number.js";
import { table, type Column } from "../page.js";
import { JOINED } from "./featureGroups.js";
import { PERMUTATIONS } from "./permutedGroups.js";
import { GROUPED, type ExplainedGroup } from "./treeExplanation.js";
import { pointColumns, topWords, type TreeSection } from "./treeSections.js";
import { labelsToCheck, type TreeReport } from "./treeReport.js";
import { lossWords } from "./treeTask.js";

/** Groups at sight. */
const SHOWN = 20;

export const groupsSection: TreeSection = ({ report }) => {
  const { groups, score } = report.explanation;
  if (groups.length === 0) return undefined;
  const permuted = score
    ? `Each group is permuted among the points as a whole, ${PERMUTATIONS} times: ${score.name}, ${readable(score.value)} with everything, gets worse by the number given (standard error over the permutations).`
    : "With targets the page also says what each group is worth: give --target-column or --target.";
  const body = html`<p>
      Features that say much the same share contributions among them, and one alone can be missed
      without harm. Groups are joined while the mean |Spearman correlation| between them is at least
      ${JOINED} (average linkage). ${permuted}
    </p>
    ${table(groups.slice(0, SHOWN), columnsOf(report))}
    ${groups.length > SHOWN && html`<p class="meta">The first ${SHOWN} of ${groups.length}; all are in explanation.json.</p>`}
    <p class="meta">
      Of the features with a contribution, at most the ${GROUPED} largest are grouped. Permuted
      points may be ones that do not occur: what the trees say there counts as well.
    </p>`;
  return { id: "groups", title: "Correlated groups", body };
};

function columnsOf({ features, explanation: { score } }: TreeReport): Column<ExplainedGroup>[] {
  const columns: Column<ExplainedGroup>[] = [
    { title: "group", cell: (group) => group.features.map((k) => features[k]).join(", ") },
    {
      title: "mean |ρ|",
      number: true,
      cell: ({ correlation }) => (correlation === undefined ? "" : readable(correlation)),
    },
    { title: "mean |Σ φ|", number: true, cell: (group) => readable(group.contribution) },
  ];
  if (!score) return columns;
  const word = score.sign === 1 ? "loss of" : "rise of";
  return [
    ...columns,
    {
      title: `${word} ${score.name}`,
      number: true,
      cell: ({ loss }) => describeEstimate({ mean: loss!.change, error: loss!.error }),
    },
  ];
}

export const labelsSection: TreeSection = ({ report, points }) => {
  if (!report.target) return undefined;
  const found = labelsToCheck(points);
  const words = lossWords(report.model.ensemble, report.task);
  const body = html`<p>
      The points whose target agrees least with the model, by their ${words}. Such a label may be
      wrong, or the point is a hard one: look at it. For networks phaselens ranks labels by
      self-influence, which trees do not have, as they have no gradients of parameters. Points that
      the trees were grown on can have been learnt by heart, wrong label and all; take points that
      they have not seen.
    </p>
    ${
      found.length > 0
        ? table(found, [
            ...pointColumns(report),
            { title: "largest contributions", cell: (point) => topWords(point, 3) },
          ])
        : html`<p>Every target is what the model says.</p>`
    }`;
  return {
    id: "labels",
    title: report.task === "values" ? "Targets to check" : "Labels to check",
    body,
  };
};
