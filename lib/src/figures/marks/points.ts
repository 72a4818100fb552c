import { markOptions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { oneOf } from "../../core/oneOf.js";
import type { Mark, Row, Series } from "./mark.js";

/** Options of `points`. */
export interface PointsOptions {
  readonly rows: readonly Row[];
  readonly x: string;
  readonly y: string;
  /**
   * Colour and shape: one name for all points, or the field that holds each point's name. Without
   * it points are grey.
   */
  readonly series?: Series;
  /** Area in square pixels, default 30. */
  readonly size?: number;
  /** From 0, nothing is seen, to 1 (default). */
  readonly opacity?: number;
  /** Further fields to show in the tooltip (default none). */
  readonly tooltip?: readonly string[];
  /** Which y axis it is read on (default "left"). */
  readonly side?: "left" | "right";
}

/** One symbol a row. */
export function points(options: PointsOptions): Mark {
  takes("points", { options: [options, markOptions()] });
  const { rows, x, y, series, size = 30, opacity = 1, tooltip, side } = options;
  if (side !== undefined) oneOf(side, ["left", "right"], "points: side");
  return {
    kind: "points",
    rows,
    mark: { type: "point", filled: true, size, opacity },
    x,
    y,
    series,
    tooltip,
    side,
  };
}
