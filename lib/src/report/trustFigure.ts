import { name, numbers, optional, vector } from "../core/arguments/kinds.js";
import { takes } from "../core/arguments/takes.js";
import { median } from "../core/statistics/statistics.js";
import type { Axis } from "../figures/charts/axis.js";
import type { Figure } from "../figures/charts/figure.js";
import { labels } from "../figures/marks/labels.js";
import { layer } from "../figures/charts/layer.js";
import { points } from "../figures/marks/points.js";

/** Points named by number. */
const NAMED = 6;

/** Where the middle point lies this near to 0 on a linear axis, most points lie on each other. */
const PILED_UP = 0.1;

/** From 0; logarithmic above the median where a few large scores would press all others to 0. */
function scoreAxis(title: string, scores: Float64Array): Axis {
  const largest = scores.reduce((most, score) => Math.max(most, score), 0);
  const middle = median(scores);
  if (!(middle > 0 && middle < PILED_UP * largest)) return { title, zero: true, format: "~g" };
  return { title, scale: "symlog", constant: middle, domain: [0, 1.1 * largest] };
}

/**
 * Extrapolation score and uncertainty of all points; the largest of each carry their number.
 * @param rowsOfFile  their numbers (default 0, 1, 2, …)
 */
export function trustFigure(
  id: string,
  extrapolation: Float64Array,
  uncertainty: Float64Array,
  rowsOfFile?: ArrayLike<number>,
): Figure {
  takes("figures.trust", { id: [id, name], extrapolation: [extrapolation, vector()] });
  takes("figures.trust", {
    uncertainty: [uncertainty, vector(extrapolation.length)],
    rowsOfFile: [rowsOfFile, optional(numbers(0, extrapolation.length))],
  });
  const rows = Array.from(extrapolation, (score, n) => ({
    score,
    uncertainty: uncertainty[n],
    name: String(rowsOfFile?.[n] ?? n),
  }));
  const top = (values: Float64Array): number[] =>
    Array.from(values.keys())
      .sort((a, b) => values[b] - values[a] || a - b)
      .slice(0, NAMED);
  const named = [...new Set([...top(extrapolation), ...top(uncertainty)])]
    .sort((a, b) => a - b)
    .map((n) => rows[n]);
  return layer({
    id,
    title: "Extrapolation and uncertainty of each point",
    width: 460,
    height: 260,
    x: scoreAxis("extrapolation score LEES", extrapolation),
    y: scoreAxis("resampling uncertainty RUE", uncertainty),
    marks: [
      points({ rows, x: "score", y: "uncertainty", series: { name: "explained point" } }),
      labels({ rows: named, x: "score", y: "uncertainty", text: "name", dx: 6, dy: -5 }),
    ],
  });
}
