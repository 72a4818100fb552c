import { optional, positive, record, text } from "../../core/arguments/kinds.js";
import { markOptions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import type { Mark, Row, Series } from "./mark.js";

/** Options of `arrows`. */
export interface ArrowsOptions {
  /** One row an arrow. */
  readonly rows: readonly Row[];
  /** Fields of the components of its tip. */
  readonly x: string;
  readonly y: string;
  /** Fields of the components of its foot; the origin by default. */
  readonly foot?: { readonly x: string; readonly y: string };
  /** Length of the head in units of the axes. */
  readonly head: number;
  /**
   * One name for all of it, or the field that names the series of each row (default none: grey).
   */
  readonly series?: Series;
  /** Line width in pixels, default 1.8. */
  readonly width?: number;
  /** Further fields to show in the tooltip (default none). */
  readonly tooltip?: readonly string[];
}

const HALF_ANGLE = 0.4; // of the head, radians

/**
 * Arrows from the origin, for vectors in a plane, or from feet of their own. The head has its right
 * shape where a unit is as long on both axes: give the panel such domains and sides. No head is
 * longer than half its arrow.
 * @throws ConfigError if the length of the head is not positive, or a component is not a number
 */
export function arrows(options: ArrowsOptions): Mark {
  takes("arrows", {
    options: [
      options,
      markOptions({ head: positive, foot: optional(record({ x: text, y: text })) }),
    ],
  });
  const { rows, x, y, foot, head, series, width = 1.8, tooltip = [] } = options;
  if (!(head > 0))
    throw new ConfigError(
      `arrows: the length of the head is ${head}. It must be a positive number, in units of the axes.`,
    );
  const strokes = rows.flatMap((entry, n) => {
    const [tipX, tipY] = pair(entry, "tip", x, y, n);
    const [footX, footY] = foot ? pair(entry, "foot", foot.x, foot.y, n) : [0, 0];
    const length = Math.min(head, Math.hypot(tipX - footX, tipY - footY) / 2);
    const backwards = Math.atan2(footY - tipY, footX - tipX);
    const barb = (turn: number): Row => ({
      ...entry,
      startX: tipX,
      startY: tipY,
      endX: tipX + length * Math.cos(backwards + turn),
      endY: tipY + length * Math.sin(backwards + turn),
    });
    return [
      { ...entry, startX: footX, startY: footY, endX: tipX, endY: tipY },
      barb(HALF_ANGLE),
      barb(-HALF_ANGLE),
    ];
  });
  const mark = { type: "rule", strokeWidth: width, strokeCap: "round" };
  return {
    kind: "arrows",
    rows: strokes,
    mark,
    x: "startX",
    x2: "endX",
    y: "startY",
    yRange: ["startY", "endY"],
    series,
    tooltip,
  };
}

function pair(entry: Row, what: string, x: string, y: string, n: number): [number, number] {
  const [first, second] = [entry[x], entry[y]];
  if (typeof first === "number" && typeof second === "number") return [first, second];
  throw new ConfigError(
    `arrows: row ${n} has the ${what} (${x}, ${y}) = (${String(first)}, ${String(second)}); both must be numbers. Name the fields of the components.`,
  );
}
