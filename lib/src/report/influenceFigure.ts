import {
  count as wholeNumber,
  listOf,
  name,
  numbers,
  optional,
  record,
  tensorOf,
  text,
} from "../core/arguments/kinds.js";
import { takes } from "../core/arguments/takes.js";
import { row, type Tensor } from "../core/tensor.js";
import type { Figure } from "../figures/charts/figure.js";
import { grid } from "../figures/charts/grid.js";
import { mostInfluential } from "../figures/marks/mostInfluential.js";
import { points } from "../figures/marks/points.js";

/** Training points drawn besides the most influential ones: more are no longer told apart. */
const MOST = 2000;

export interface InfluenceFigureOptions {
  /** Triangles of each sign (default 5). */
  readonly count?: number;
  /** Rows of the file of training data, where they were drawn from more (default: 0, 1, 2, …). */
  readonly rows?: ArrayLike<number>;
  /** Rows of the file of the points (default: those of `influence`). */
  readonly points?: ArrayLike<number>;
  /**
   * Names of the largest and the smallest (default "most helpful" and "most harmful", which is what
   * they are for a loss).
   */
  readonly names?: readonly [string, string];
}

/**
 * Influence of all training points on a few points, a panel each.
 * @param influence  [test, train]
 * @param shown      rows of `influence`
 */
export function influenceFigure(
  id: string,
  influence: Tensor,
  shown: readonly number[],
  options: InfluenceFigureOptions = {},
): Figure {
  takes("figures.influence", {
    id: [id, name],
    influence: [influence, tensorOf(["test", "train"])],
  });
  const [test, train] = influence.shape;
  takes("figures.influence", {
    shown: [shown, listOf(wholeNumber(0, test - 1), 1)],
    options: [
      options,
      record({
        count: optional(wholeNumber()),
        rows: optional(numbers(0, train)),
        points: optional(numbers(0, test)),
        names: optional(listOf(text, 2, 2)),
      }),
    ],
  });
  const { count = 5, rows, points: own, names = ["most helpful", "most harmful"] } = options;
  const every = Math.max(1, Math.ceil(influence.shape[1] / MOST));
  const panels = shown.map((t) => {
    const values = row(influence, t);
    const all = Array.from(values, (value, r) => ({ training: rows?.[r] ?? r, value }));
    const { helpful, harmful } = mostInfluential(values, count);
    const chosen = (best: readonly number[]): typeof all => best.map((r) => all[r]);
    const place = { x: "training", y: "value" };
    return {
      title: `point ${own?.[t] ?? t}`,
      marks: [
        points({ rows: all.filter((_, r) => r % every === 0), ...place, size: 14, opacity: 0.5 }),
        points({ rows: chosen(helpful), ...place, series: { name: names[0] }, size: 50 }),
        points({ rows: chosen(harmful), ...place, series: { name: names[1] }, size: 50 }),
      ],
    };
  });
  return grid({
    id,
    title: "Influence of the training points",
    columns: Math.min(2, panels.length),
    panels,
    letters: false,
    width: 300,
    height: 160,
    x: { title: "row of the training data" },
    y: { title: "influence I", format: ".1~e" },
  });
}
