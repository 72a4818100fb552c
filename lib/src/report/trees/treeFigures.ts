import { makeFigure, type Figure } from "../../figures/charts/figure.js";
import { namedBars, type NamedBar } from "../namedBars.js";
import { readable } from "../number.js";
import { dependencePanels } from "./dependencePanels.js";
import { byModulus, type TreeReport } from "./treeReport.js";

/** Bars that are drawn of all features, and of a point. */
const MOST_BARS = 20;
const MOST_OF_POINT = 12;
/** Features with a plot of their own. */
const DEPENDENCE = 4;

const BIAS_COLOUR = "#888888";

/** The figures of an explanation of trees; the first `shown` points get their own. */
export function treeFigures(report: TreeReport, shown: number): Figure[] {
  const { explanation, x } = report;
  const all = report.reading ?? Array.from({ length: x.shape[0] }, (_, s) => s);
  const some = all.slice(0, shown);
  const used = explanation.order.filter((k) => explanation.importance[k] > 0);
  const panels = dependencePanels(report, used.slice(0, DEPENDENCE));
  return [
    importanceFigure(report),
    ...some.map((s) => pointFigure(report, s)),
    ...(panels.length > 0
      ? [
          makeFigure("report-dependence", "Contribution φ against the feature", {
            concat: panels,
            columns: 2,
            spacing: 36,
            resolve: { scale: { color: "independent" } },
          }),
        ]
      : []),
  ];
}

function importanceFigure({ explanation, features, x }: TreeReport): Figure {
  const { order, importance } = explanation;
  const n = x.shape[0];
  const bars = order.slice(0, MOST_BARS).map((k) => ({ name: features[k], value: importance[k] }));
  const title = `Mean |φ| over ${n} point${n === 1 ? "" : "s"}`;
  return namedBars({ id: "report-contributions", title, quantity: "mean |φ|", bars, kind: null });
}

/** Bias, the largest contributions with the values of their features, and the others in one. */
function pointFigure({ explanation, features, x }: TreeReport, s: number): Figure {
  const { phi, bias } = explanation;
  const width = features.length;
  const own = phi.subarray(s * width, (s + 1) * width);
  const order = byModulus(own).filter((k) => own[k] !== 0);
  const [first, rest] = [order.slice(0, MOST_OF_POINT), order.slice(MOST_OF_POINT)];
  const value = (k: number): string => {
    const number = x.data[s * width + k];
    return Number.isNaN(number) ? "missing" : readable(number);
  };
  const bars: NamedBar[] = [
    { name: "bias", value: bias, colour: BIAS_COLOUR },
    ...first.map((k) => ({ name: `${features[k]} = ${value(k)}`, value: own[k] })),
  ];
  if (rest.length > 0)
    bars.push({
      name: `${rest.length} others`,
      value: rest.reduce((sum, k) => sum + own[k], 0),
    });
  return namedBars({
    id: `report-point-${s}`,
    title: `Contributions, point ${s}`,
    quantity: "bias and contributions φ (margin)",
    bars,
    kind: null,
  });
}
