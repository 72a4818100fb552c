import { listOf, optional } from "../../core/arguments/kinds.js";
import { aPanel, anAxis, aSlider, figureOptions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { uprightNames, type Axis } from "./axis.js";
import { makeFigure, type Figure } from "./figure.js";
import { seriesNames } from "../marks/mark.js";
import { sliderText, type Slider } from "./slider.js";
import { panelsBody, type Panel } from "./panel.js";

/** A panel of a grid; what it leaves out comes from the grid. */
export type GridPanel = Pick<Panel, "title" | "marks"> & Partial<Panel>;

/** Options of `grid`. */
export interface GridOptions {
  readonly id: string;
  readonly title: string;
  /** Number of panels in a row. */
  readonly columns: number;
  /** Row by row. */
  readonly panels: readonly GridPanel[];
  /** Axes of the panels that do not bring their own (default none: each has to). */
  readonly x?: Axis;
  /** Likewise (default none). */
  readonly y?: Axis;
  /** A second y axis on the right of panels that do not bring their own (default none). */
  readonly yRight?: Axis;
  /** Inner width of a panel in pixels (default 250). */
  readonly width?: number;
  /** Inner height of a panel in pixels (default 200). */
  readonly height?: number;
  /**
   * An x field of several panels: an interval of it, drawn with the mouse in one panel, dims
   * symbols, bars and error bars outside it in all whose rows have the field (default none). Only
   * where the front end is interactive; a click takes it away.
   */
  readonly brush?: string;
  /** A number that a reader may turn, where the front end is interactive (default none). */
  readonly slider?: Slider;
  /** Whether panels are lettered (a), (b), …; default true. */
  readonly letters?: boolean;
}

/** Mean width of a letter of the legend, and its symbol with the space around, in pixels. */
const LETTER = 6.5;
const SYMBOL = 40;

/**
 * A figure of several panels in rows and columns, lettered as in the papers, with one legend.
 * @throws ConfigError if a panel has no x or y axis of its own and the grid gives none; else as
 *   `panelsBody`
 */
export function grid(options: GridOptions): Figure {
  takes("grid", {
    options: [
      options,
      figureOptions({
        panels: listOf(aPanel),
        x: optional(anAxis),
        y: optional(anAxis),
        slider: optional(aSlider),
      }),
    ],
  });
  const {
    id,
    title,
    columns,
    panels,
    letters = true,
    brush,
    slider,
    width = 250,
    height = 200,
    ...shared
  } = options;
  if (!Number.isInteger(columns) || columns < 1) {
    throw new ConfigError(`figure ${id}: columns is ${columns}. Give a whole number from 1.`, {
      columns,
    });
  }
  if (panels.length === 0)
    throw new ConfigError(`figure ${id}: the grid has no panels. Add at least one.`);
  if (letters && panels.length > 26)
    throw new ConfigError(
      `figure ${id}: ${panels.length} panels, but only 26 letters. Pass letters: false.`,
    );
  const complete = panels.map((panel, p): Panel => {
    const merged = { width, height, ...shared, ...panel };
    const { x, y } = merged;
    if (!x || !y)
      throw new ConfigError(
        `figure ${id}, panel ${p + 1}: no ${x ? "y" : "x"} axis, and a panel needs one. Give it to the panel or to the grid.`,
      );
    const letter = letters ? `(${String.fromCharCode(97 + p)})` : "";
    return { ...merged, x, y, title: [letter, panel.title].filter(Boolean).join(" ") };
  });
  // Frames are aligned, not what surrounds them: else the legend of the last column would push all
  // columns apart
  const above = complete.slice(0, -columns).filter(({ x }) => uprightNames(x.names));
  const upright = Math.max(
    0,
    ...above.flatMap(({ x }) => x.names!.map((name) => LETTER * name.length)),
  );
  const spacing = { column: columnSpacing(complete), row: 75 + upright };
  const body = panelsBody(
    `figure ${id}`,
    complete,
    (concat) => ({ columns, bounds: "flush", spacing, concat }),
    brush,
    slider,
  );
  const across = Math.min(columns, panels.length) * (width + spacing.column) - spacing.column;
  return makeFigure(id, title, body, {
    legend: columns > 1 && panels.length > 1 ? legendBelow(complete, across) : {},
    subtitle: slider && sliderText(slider),
  });
}

/** Room for the labels and the title of a y axis; 2 × 10⁻⁵ is wider than .002. */
function columnSpacing(panels: readonly Panel[]): number {
  if (panels.some(({ yRight }) => yRight)) return 140;
  return panels.some(({ y }) => y.format?.endsWith("e")) ? 100 : 78;
}

/**
 * Below, since beside several panels it would be cut off in a notebook; in as many columns as there
 * is room for.
 */
function legendBelow(panels: readonly Panel[], across: number): object {
  const names = panels.flatMap((panel) => panel.marks.flat().flatMap(seriesNames));
  const longest = Math.max(1, ...names.map((name) => name.length));
  return {
    orient: "bottom",
    columns: Math.max(1, Math.floor(across / (LETTER * longest + SYMBOL))),
    columnPadding: 20,
  };
}
