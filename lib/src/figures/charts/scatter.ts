import { list, optional } from "../../core/arguments/kinds.js";
import { fieldAxis, figureOptions, someRows } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import type { Axis } from "./axis.js";
import type { Figure } from "./figure.js";
import { layer } from "./layer.js";
import type { Row, Series } from "../marks/mark.js";
import type { Panel } from "./panel.js";
import { points } from "../marks/points.js";

/** An axis together with the field that is read on it. */
export type FieldAxis = Axis & { readonly field: string };

/** Options of `scatter`. */
export interface ScatterOptions extends Partial<Pick<Panel, "marks" | "width" | "height">> {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly x: FieldAxis;
  readonly y: FieldAxis;
  /**
   * One name for all of it, or the field that names the series of each row (default none: grey).
   */
  readonly series?: Series;
  /** Area of a symbol in square pixels, default 30. */
  readonly size?: number;
  /** Further fields to show in the tooltip (default none). */
  readonly tooltip?: readonly string[];
}

/**
 * A figure of points, one a row; `marks` go behind them (regions, rules).
 * @example
 * ```ts
 * import { figures } from "phaselens";
 * const figure = figures.scatter({
 *   id: "report-points",
 *   title: "Two quantities",
 *   rows: [{ a: 1, b: 2 }, { a: 2, b: 4 }],
 *   x: { field: "a", title: "a" },
 *   y: { field: "b", title: "b" },
 * });
 * console.log(figure.title); // → Two quantities
 * ```
 */
export function scatter(options: ScatterOptions): Figure {
  takes("scatter", {
    options: [
      options,
      figureOptions({ rows: someRows, x: fieldAxis, y: fieldAxis, marks: optional(list) }),
    ],
  });
  const { id, title, rows, x, y, series, size, tooltip, marks = [], width, height } = options;
  const cloud = points({ rows, x: x.field, y: y.field, series, size, tooltip });
  return layer({ id, title, x, y, width, height, marks: [...marks, cloud] });
}
