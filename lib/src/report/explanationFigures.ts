import { row, tensor } from "../core/tensor.js";
import type { Figure } from "../figures/charts/figure.js";
import { meanRelevance, type ExplanationReport } from "./explanationReport.js";
import { influenceFigure } from "./influenceFigure.js";
import { relevanceFigure } from "./relevanceFigure.js";
import { trustFigure } from "./trustFigure.js";

/** The figures of an explanation; the first `shown` points get their own. */
export function explanationFigures(report: ExplanationReport, shown: number): Figure[] {
  const {
    explanation: { attribution, training, explained },
    x,
    names,
    trainingRows,
  } = report;
  const [n, ...sample] = attribution.at[0].shape;
  const some = Array.from({ length: Math.min(shown, n) }, (_, t) => t);
  const own = some.map((t) =>
    relevanceFigure({
      id: `report-relevance-${t}`,
      title: `Relevance, point ${t}`,
      quantity: "relevance R",
      names,
      relevance: tensor(sample, row(attribution.at[0], t)),
      input: tensor(sample, row(x, t)),
    }),
  );
  const mean = relevanceFigure({
    id: "report-relevance-mean",
    title: `Mean |R| over ${n} point${n === 1 ? "" : "s"}`,
    quantity: "mean |R|",
    names,
    relevance: meanRelevance(report),
  });
  return [
    mean,
    ...own,
    ...(training && some.length > 0
      ? [
          influenceFigure("report-influence", training.influence, some.slice(0, 4), {
            rows: trainingRows,
            names: explained === "output" ? ["largest", "smallest"] : undefined,
          }),
        ]
      : []),
    ...(training?.extrapolation
      ? [trustFigure("report-trust", training.extrapolation, training.uncertainty)]
      : []),
  ];
}
