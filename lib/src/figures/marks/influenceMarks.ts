import { count as whole } from "../../core/arguments/kinds.js";
import { optional, real, text } from "../../core/arguments/kinds.js";
import { markOptions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import type { Mark, Row } from "./mark.js";
import { mostInfluential } from "./mostInfluential.js";
import { points } from "./points.js";
import { verticalRules } from "./verticalRules.js";

/** Options of `influenceMarks`. */
export interface InfluenceOptions {
  /** One row a training point. Panels that share the same array store it once. */
  readonly rows: readonly Row[];
  /** Field on the x axis, e.g. the interaction V₁/J of the training point. */
  readonly x: string;
  /** Field of the influence or RelatIF on this panel's test point. */
  readonly y: string;
  /** Field that holds the phase, "LL" or "CDW-I"; default "phase". */
  readonly phase?: string;
  /** Where the test point lies on the x axis. */
  readonly testPoint: number;
  /** How many points are marked on each side, default 5. */
  readonly count?: number;
  /**
   * Field of a slider, e.g. of the damping (default none): the points that are marked are those of
   * each of its values.
   */
  readonly frame?: string;
}

/**
 * Marks of one panel of Dawid et al. 2021, Fig. 3: training points in the colour of their phase,
 * the most helpful green, the most harmful red, an orange rule at the test point.
 */
export function influenceMarks(options: InfluenceOptions): Mark[] {
  takes("influenceMarks", {
    options: [
      options,
      markOptions({
        phase: optional(text),
        testPoint: real,
        count: optional(whole(1)),
        frame: optional(text),
      }),
    ],
  });
  const { rows, x, y, phase = "phase", testPoint, count = 5, frame } = options;
  rows.forEach((row, n) => {
    const value = row[y];
    if (typeof value !== "number") {
      throw new ConfigError(
        `influenceMarks: row ${n} has ${y} = ${String(value)}; it must be a number. Name the field of the influence.`,
      );
    }
  });
  const frames = [...new Set(rows.map((row) => (frame === undefined ? undefined : row[frame])))];
  const chosen = (side: "helpful" | "harmful"): Row[] =>
    frames.flatMap((value) => {
      const own = frame === undefined ? rows : rows.filter((row) => row[frame] === value);
      const most = mostInfluential(
        own.map((row) => row[y] as number),
        count,
      );
      return most[side].map((n) => own[n]);
    });
  return [
    verticalRules([testPoint], { name: "test point" }),
    points({ rows, x, y, series: { field: phase }, size: 18 }),
    points({
      rows: chosen("helpful"),
      x,
      y,
      series: { name: "most helpful" },
      size: 60,
      tooltip: [phase],
    }),
    points({
      rows: chosen("harmful"),
      x,
      y,
      series: { name: "most harmful" },
      size: 60,
      tooltip: [phase],
    }),
  ];
}
