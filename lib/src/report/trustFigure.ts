import { name, vector } from "../core/arguments/kinds.js";
import { takes } from "../core/arguments/takes.js";
import type { Figure } from "../figures/charts/figure.js";
import { labels } from "../figures/marks/labels.js";
import { layer } from "../figures/charts/layer.js";
import { points } from "../figures/marks/points.js";

/** Points named by number. */
const NAMED = 6;

/** Extrapolation score and uncertainty of all points; the largest of each carry their number. */
export function trustFigure(
  id: string,
  extrapolation: Float64Array,
  uncertainty: Float64Array,
): Figure {
  takes("figures.trust", { id: [id, name], extrapolation: [extrapolation, vector()] });
  takes("figures.trust", { uncertainty: [uncertainty, vector(extrapolation.length)] });
  const rows = Array.from(extrapolation, (score, n) => ({
    score,
    uncertainty: uncertainty[n],
    name: String(n),
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
    x: { title: "extrapolation score LEES", zero: true, format: "~g" },
    y: { title: "resampling uncertainty RUE", zero: true, format: "~g" },
    marks: [
      points({ rows, x: "score", y: "uncertainty", series: { name: "explained point" } }),
      labels({ rows: named, x: "score", y: "uncertainty", text: "name", dx: 6, dy: -5 }),
    ],
  });
}
