import { row, tensor, type Tensor } from "../core/tensor.js";
import type { Figure } from "../figures/charts/figure.js";
import { meanRelevance, type ExplanationReport } from "./explanationReport.js";
import { influenceFigure } from "./influenceFigure.js";
import { inputsFigure, type NamedInput } from "./inputsFigure.js";
import { relevanceFigure } from "./relevanceFigure.js";
import { trustFigure } from "./trustFigure.js";

/** The figures of an explanation; the first `shown` points get their own. */
export function explanationFigures(report: ExplanationReport, shown: number): Figure[] {
  const {
    explanation: { attribution, training, explained },
    x,
    names,
    byInput,
    trainingRows,
    rows,
    reading,
  } = report;
  const [n, ...sample] = attribution.at[0].shape;
  const some = (reading ?? Array.from({ length: n }, (_, t) => t)).slice(0, shown);
  const own = some.map((t) => {
    const [id, title] = [`report-relevance-${t}`, `Relevance, point ${rows?.[t] ?? t}`];
    if (byInput) return inputsFigure(id, title, "R", inputsOf(byInput, t));
    return relevanceFigure({
      id,
      title,
      quantity: "relevance R",
      names,
      relevance: tensor(sample, row(attribution.at[0], t)),
      input: tensor(sample, row(x, t)),
    });
  });
  const over = `over ${n} point${n === 1 ? "" : "s"}`;
  const mean = relevanceFigure({
    id: "report-relevance-mean",
    title: byInput ? `Σ|R| of each input, mean ${over}` : `Mean |R| ${over}`,
    quantity: byInput ? "Σ|R|" : "mean |R|",
    ...(byInput ? totals(byInput) : { names, relevance: meanRelevance(report) }),
  });
  return [
    mean,
    ...own,
    ...(training && some.length > 0
      ? [
          influenceFigure("report-influence", training.influence, some.slice(0, 4), {
            rows: trainingRows,
            ...(rows && { points: rows }),
            names: explained === "output" ? ["largest", "smallest"] : undefined,
          }),
        ]
      : []),
    ...(training?.extrapolation
      ? [trustFigure("report-trust", training.extrapolation, training.uncertainty, rows)]
      : []),
  ];
}

/** Relevance of point t on each input. */
function inputsOf(byInput: Readonly<Record<string, Tensor>>, t: number): NamedInput[] {
  return Object.entries(byInput).map(([name, relevance]) => ({
    name,
    relevance: tensor(relevance.shape.slice(1), row(relevance, t)),
  }));
}

/** Σ|R| of each input, as a mean over the points. */
function totals(byInput: Readonly<Record<string, Tensor>>): { names: string[]; relevance: Tensor } {
  const names = Object.keys(byInput);
  const sums = names.map((name) => {
    const { data, shape } = byInput[name];
    return data.reduce((sum, value) => sum + Math.abs(value), 0) / shape[0];
  });
  return { names, relevance: tensor([names.length], sums) };
}
