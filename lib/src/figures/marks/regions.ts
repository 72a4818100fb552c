import { listOf, optional, real, record, text } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import type { Mark } from "./mark.js";
import { phaseTint } from "../colours/palette.js";

/** A stretch of the x axis, in its units. */
export interface Region {
  readonly from: number;
  readonly to: number;
  /**
   * A phase of the palette ("LL", "CDW-I", "AFM", "PM", "FM"), "transition", which is darker than
   * all of them, or any other name, which is shaded grey.
   */
  readonly phase: string;
  /**
   * Name above the frame, default the phase; a region too narrow for its name may have none, "".
   */
  readonly label?: string;
}

/**
 * Shaded background bars with the name of the phase above the frame; the background changes at a
 * transition. Put them first: later marks are drawn over them.
 * @param options.labels  whether names stand above the frame (default true)
 * @throws ConfigError  if a region is empty
 */
export function regions(list: readonly Region[], options: { labels?: boolean } = {}): Mark[] {
  takes("regions", {
    list: [
      list,
      listOf(record({ from: real, to: real, phase: text, label: optional(text) }, "a region")),
    ],
    options: [options, record()],
  });
  const { labels = true } = options;
  for (const { from, to, phase } of list) {
    if (!(from < to))
      throw new ConfigError(
        `regions: "${phase}" reaches from ${from} to ${to}. Give the smaller end first.`,
        { from, to },
      );
  }
  const bars = list.map((region): Mark => ({
    kind: "regions",
    rows: [{ from: region.from, to: region.to, phase: region.phase }],
    mark: {
      type: "rect",
      color: Object.hasOwn(phaseTint, region.phase) ? phaseTint[region.phase] : "#ededed",
      clip: true,
    },
    x: "from",
    x2: "to",
    tooltip: ["phase"],
  }));
  if (!labels) return bars;
  const names: Mark = {
    kind: "regions",
    rows: list.map(({ from, phase, label = phase }) => ({ from, phase: label })),
    mark: {
      type: "text",
      align: "left",
      baseline: "bottom",
      dx: 1,
      dy: -3,
      fontSize: 10,
      color: "#555555",
    },
    x: "from",
    encoding: { y: { value: 0 }, text: { field: "phase", type: "nominal" } },
  };
  return [...bars, names];
}
