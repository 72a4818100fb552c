import { fieldAxis, figureOptions, someRows } from "../arguments.js";
import { list, optional } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { oneOf } from "../../core/oneOf.js";
import { curve } from "../marks/curve.js";
import { errorBand, errorBars } from "../marks/errorBars.js";
import type { Figure } from "./figure.js";
import { layer } from "./layer.js";
import type { Mark, Row, Series } from "../marks/mark.js";
import type { Panel } from "./panel.js";
import { points } from "../marks/points.js";
import type { FieldAxis } from "./scatter.js";

/** Options of `line`. */
export interface LineOptions extends Partial<Pick<Panel, "marks" | "width" | "height">> {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly x: FieldAxis;
  /** The values; with `error`, the field of their standard error, as in an `Estimate`. */
  readonly y: FieldAxis & { readonly error?: string };
  /**
   * One name for all of it, or the field that names the series of each row (default none: grey).
   */
  readonly series?: Series;
  /** How the error is drawn, default "bars". */
  readonly spread?: "bars" | "band";
  /** Whether each row also gets a symbol, default true. */
  readonly symbols?: boolean;
  /** Further fields to show in the tooltip (default none). */
  readonly tooltip?: readonly string[];
}

/**
 * A figure of curves with error bars or bands; `marks` go behind them (regions, rules).
 * @example
 * ```ts
 * import { figures } from "phaselens";
 * const figure = figures.line({
 *   id: "report-line",
 *   title: "An order parameter",
 *   rows: [{ kappa: 0.1, mean: 0.1, error: 0.02 }, { kappa: 0.3, mean: 0.9, error: 0.01 }],
 *   x: { field: "kappa", title: "κ" },
 *   y: { field: "mean", error: "error", title: "⟨|M|⟩" },
 * });
 * console.log(figure.id); // → report-line
 * ```
 */
export function line(options: LineOptions): Figure {
  takes("line", {
    options: [
      options,
      figureOptions({ rows: someRows, x: fieldAxis, y: fieldAxis, marks: optional(list) }),
    ],
  });
  const {
    id,
    title,
    rows,
    x,
    y,
    series,
    spread = "bars",
    symbols = true,
    tooltip,
    marks = [],
    width,
    height,
  } = options;
  oneOf(spread, ["bars", "band"], "line: spread");
  const drawn: Mark[] = [];
  if (y.error !== undefined) {
    drawn.push(
      (spread === "bars" ? errorBars : errorBand)({
        rows,
        x: x.field,
        mean: y.field,
        error: y.error,
        series,
        tooltip,
      }),
    );
  }
  drawn.push(curve({ rows, x: x.field, y: y.field, series, tooltip }));
  if (symbols) drawn.push(points({ rows, x: x.field, y: y.field, series, tooltip }));
  return layer({ id, title, x, y, width, height, marks: [...marks, ...drawn] });
}
