import { ConfigError } from "../core/errors.js";
import type { Mark, Row, Series } from "./mark.js";

export interface ArrowsOptions {
  /** One row an arrow. */
  readonly rows: readonly Row[];
  /** Fields of the components of its tip; it starts at the origin. */
  readonly x: string;
  readonly y: string;
  /** Length of the head in units of the axes. */
  readonly head: number;
  readonly series?: Series;
  readonly width?: number;
  readonly tooltip?: readonly string[];
}

const HALF_ANGLE = 0.4; // of the head, radians

/**
 * Arrows from the origin, for vectors in a plane. The head has its right shape where a unit is as long on both axes: give the panel such
 * domains and sides. No head is longer than half its arrow.
 * @throws ConfigError if the length of the head is not positive, or a component is not a number
 */
export function arrows({ rows, x, y, head, series, width = 1.8, tooltip = [] }: ArrowsOptions): Mark {
  if (!(head > 0)) throw new ConfigError(`arrows: the length of the head is ${head}. It must be a positive number, in units of the axes.`);
  const strokes = rows.flatMap((entry, n) => {
    const [tipX, tipY] = [entry[x], entry[y]];
    if (typeof tipX !== "number" || typeof tipY !== "number") {
      throw new ConfigError(`arrows: row ${n} has the tip (${String(tipX)}, ${String(tipY)}); both must be numbers. Name the fields of the components.`);
    }
    const length = Math.min(head, Math.hypot(tipX, tipY) / 2);
    const backwards = Math.atan2(-tipY, -tipX);
    const barb = (turn: number): Row => ({
      ...entry, startX: tipX, startY: tipY, endX: tipX + length * Math.cos(backwards + turn), endY: tipY + length * Math.sin(backwards + turn),
    });
    return [{ ...entry, startX: 0, startY: 0, endX: tipX, endY: tipY }, barb(HALF_ANGLE), barb(-HALF_ANGLE)];
  });
  const mark = { type: "rule", strokeWidth: width, strokeCap: "round" };
  return { kind: "arrows", rows: strokes, mark, x: "startX", x2: "endX", y: "startY", yRange: ["startY", "endY"], series, tooltip };
}
