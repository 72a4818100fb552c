import { markOptions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import type { Mark, Row, Series } from "./mark.js";

/** Options of `bars`. */
export interface BarsOptions {
  readonly rows: readonly Row[];
  readonly x: string;
  /** Field of the height; the axis should start at 0. */
  readonly y: string;
  /**
   * One name for all of it, or the field that names the series of each row (default none: grey).
   */
  readonly series?: Series;
  /** Width of a bar in pixels, default 18. */
  readonly width?: number;
  /** Further fields to show in the tooltip (default none). */
  readonly tooltip?: readonly string[];
}

/**
 * One vertical bar a row, from 0 to y: for a few places that are counted, such as the sites of a
 * chain.
 */
export function bars(options: BarsOptions): Mark {
  takes("bars", { options: [options, markOptions()] });
  const { rows, x, y, series, width = 18, tooltip } = options;
  return {
    kind: "bars",
    rows,
    mark: { type: "bar", orient: "vertical", width },
    x,
    y,
    series,
    tooltip,
  };
}
