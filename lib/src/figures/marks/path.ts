import { markOptions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import type { Mark, Row, Series } from "./mark.js";

/** Options of `path`. */
export interface PathOptions {
  /**
   * In the order in which they are joined, which need not be that of x: closed curves,
   * trajectories.
   */
  readonly rows: readonly Row[];
  readonly x: string;
  readonly y: string;
  /**
   * One name for all of it, or the field that names the series of each row (default none: grey).
   */
  readonly series?: Series;
  /** Line width in pixels, default 1. */
  readonly width?: number;
  /** Dash pattern in pixels, e.g. [4, 3] (default a full line). */
  readonly dash?: readonly number[];
  /** Colour where there is no series, default grey. */
  readonly colour?: string;
}

/** Rows joined in their own order by straight segments: one path. */
export function path(options: PathOptions): Mark {
  takes("path", { options: [options, markOptions()] });
  const { rows, x, y, series, width = 1, dash, colour = "#aaaaaa" } = options;
  const ordered = rows.map((entry, n) => ({ ...entry, "place on path": n }));
  return {
    kind: "path",
    rows: ordered,
    mark: {
      type: "line",
      strokeWidth: width,
      color: colour,
      ...(dash ? { strokeDash: [...dash] } : {}),
    },
    encoding: { order: { field: "place on path", type: "quantitative" } },
    x,
    y,
    series,
  };
}
