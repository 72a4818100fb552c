import { markOptions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { oneOf } from "../../core/oneOf.js";
import type { Mark, Row, Series } from "./mark.js";

/** Options of `curve`. */
export interface CurveOptions {
  readonly rows: readonly Row[];
  readonly x: string;
  readonly y: string;
  /**
   * One curve for one name; with a field, one curve for each of its values (default one grey
   * curve).
   */
  readonly series?: Series;
  /** Line width in pixels, default 2. */
  readonly width?: number;
  /** Dash pattern in pixels, e.g. [4, 3] (default a full line). */
  readonly dash?: readonly number[];
  /** Further fields to show in the tooltip (default none). */
  readonly tooltip?: readonly string[];
  /** Which y axis it is read on (default "left"). */
  readonly side?: "left" | "right";
}

/** Rows joined in the order of x by straight segments. */
export function curve(options: CurveOptions): Mark {
  takes("curve", { options: [options, markOptions()] });
  const { rows, x, y, series, width = 2, dash, tooltip, side } = options;
  if (side !== undefined) oneOf(side, ["left", "right"], "curve: side");
  const mark = { type: "line", strokeWidth: width, ...(dash ? { strokeDash: [...dash] } : {}) };
  return { kind: "curve", rows, mark, x, y, series, tooltip, side };
}
