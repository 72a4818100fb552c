import { text as aText } from "../../core/arguments/kinds.js";
import { optional, real } from "../../core/arguments/kinds.js";
import { markOptions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { oneOf } from "../../core/oneOf.js";
import type { Mark, Row } from "./mark.js";

export const alignments = ["left", "center", "right"] as const;

/** Options of `labels`. */
export interface LabelsOptions {
  readonly rows: readonly Row[];
  readonly x: string;
  readonly y: string;
  /** Field of the text. */
  readonly text: string;
  /** Which side of the text is at (x, y), default "left". */
  readonly align?: "left" | "center" | "right";
  /** Shift in pixels to the right, default 0. */
  readonly dx?: number;
  /** Shift in pixels downwards, default 0. */
  readonly dy?: number;
  /** Default a dark grey. */
  readonly colour?: string;
}

/** Text at places of the panel, one a row. */
export function labels(options: LabelsOptions): Mark {
  takes("labels", {
    options: [options, markOptions({ text: aText, dx: optional(real), dy: optional(real) })],
  });
  const { rows, x, y, text, align = "left", dx = 0, dy = 0, colour = "#333333" } = options;
  oneOf(align, alignments, "labels: align");
  const mark = { type: "text", align, baseline: "middle", dx, dy, fontSize: 10, color: colour };
  return {
    kind: "labels",
    rows,
    mark,
    x,
    y,
    encoding: { text: { field: text, type: "nominal" } },
    tooltip: [text],
  };
}
