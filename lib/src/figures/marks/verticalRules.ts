import { ruleOptions } from "../arguments.js";
import { numbers } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import type { Mark } from "./mark.js";

/** Options of `verticalRules` and `horizontalRules`. */
export interface RuleOptions {
  /**
   * Name in the legend, which decides the colour: "test point" is orange, "out of distribution"
   * red.
   */
  readonly name: string;
  /** Line width in pixels (default 1.5 of vertical, 1 of horizontal lines). */
  readonly width?: number;
  /** Dash pattern in pixels (default a full line of vertical, [4, 3] of horizontal lines). */
  readonly dash?: readonly number[];
}

/** Vertical lines through the whole panel at the given x: test points, as in the papers. */
export function verticalRules(at: ArrayLike<number>, options: RuleOptions): Mark {
  takes("verticalRules", { at: [at, numbers()], options: [options, ruleOptions] });
  const { name, width = 1.5, dash } = options;
  const mark = { type: "rule", strokeWidth: width, ...(dash ? { strokeDash: [...dash] } : {}) };
  return {
    kind: "verticalRules",
    rows: Array.from(at, (x) => ({ x })),
    mark,
    x: "x",
    series: { name },
  };
}

/** Horizontal lines through the whole panel at the given y: a threshold, a paper's value. */
export function horizontalRules(at: ArrayLike<number>, options: RuleOptions): Mark {
  takes("horizontalRules", { at: [at, numbers()], options: [options, ruleOptions] });
  const { name, width = 1, dash = [4, 3] } = options;
  const mark = { type: "rule", strokeWidth: width, strokeDash: [...dash] };
  return {
    kind: "horizontalRules",
    rows: Array.from(at, (y) => ({ y })),
    mark,
    y: "y",
    series: { name },
  };
}
