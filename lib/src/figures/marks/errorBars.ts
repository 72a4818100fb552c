import { markOptions } from "../arguments.js";
import { optional, text } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { oneOf } from "../../core/oneOf.js";
import type { Mark, Row, Series } from "./mark.js";

/** Options of `errorBars` and `errorBand`. */
export interface ErrorOptions {
  /** Rows with the fields of an `Estimate` (mean, error) or others named below. */
  readonly rows: readonly Row[];
  readonly x: string;
  /** Field of the mean, default "mean". */
  readonly mean?: string;
  /** Field of the standard error, default "error". */
  readonly error?: string;
  /**
   * One name for all of it, or the field that names the series of each row (default none: grey).
   */
  readonly series?: Series;
  /** Further fields to show in the tooltip (default none). */
  readonly tooltip?: readonly string[];
  /** Which y axis it is read on (default "left"). */
  readonly side?: "left" | "right";
}

/** Vertical bars from mean − error to mean + error. */
export function errorBars(options: ErrorOptions): Mark {
  return spread("errorBars", { type: "rule", strokeWidth: 1.2 }, options);
}

/** A shaded band from mean − error to mean + error. */
export function errorBand(options: ErrorOptions): Mark {
  return spread("errorBand", { type: "area", opacity: 0.25 }, options);
}

function spread(
  kind: string,
  mark: Readonly<Record<string, unknown>>,
  options: ErrorOptions,
): Mark {
  takes(kind, {
    options: [
      options,
      markOptions({ y: optional(text), mean: optional(text), error: optional(text) }),
    ],
  });
  const { rows, x, mean = "mean", error = "error", series, tooltip = [], side } = options;
  if (side !== undefined) oneOf(side, ["left", "right"], `${kind}: side`);
  const field = (name: string): string => `datum[${JSON.stringify(name)}]`;
  const [lower, upper] = [`${mean} lower`, `${mean} upper`];
  return {
    kind,
    rows,
    mark,
    x,
    y: mean,
    error,
    yRange: [lower, upper],
    series,
    side,
    transform: [
      { calculate: `${field(mean)} - ${field(error)}`, as: lower },
      { calculate: `${field(mean)} + ${field(error)}`, as: upper },
    ],
    tooltip: [mean, error, ...tooltip],
  };
}
