import { ConfigError } from "../core/errors.js";
import type { Axis } from "./axis.js";
import { makeFigure, type Figure } from "./figure.js";
import { panelsBody, type Panel } from "./panel.js";

/** A panel of a grid; what it leaves out comes from the grid. */
export type GridPanel = Pick<Panel, "title" | "marks"> & Partial<Panel>;

export interface GridOptions {
  readonly id: string;
  readonly title: string;
  /** Number of panels in a row. */
  readonly columns: number;
  /** Row by row. */
  readonly panels: readonly GridPanel[];
  /** Axes and inner size of the panels that do not bring their own. */
  readonly x?: Axis;
  readonly y?: Axis;
  readonly yRight?: Axis;
  readonly width?: number;
  readonly height?: number;
  /** Whether panels are lettered (a), (b), …; default true. */
  readonly letters?: boolean;
}

/**
 * A figure of several panels in rows and columns, lettered as in the papers, with one legend.
 * @throws ConfigError  if a panel has no x or y axis of its own and the grid gives none; else as `panelsBody`
 */
export function grid({ id, title, columns, panels, letters = true, width = 250, height = 200, ...shared }: GridOptions): Figure {
  if (!Number.isInteger(columns) || columns < 1) {
    throw new ConfigError(`figure ${id}: columns is ${columns}. Give a whole number from 1.`, { columns });
  }
  if (panels.length === 0) throw new ConfigError(`figure ${id}: the grid has no panels. Add at least one.`);
  if (letters && panels.length > 26) throw new ConfigError(`figure ${id}: ${panels.length} panels, but only 26 letters. Pass letters: false.`);
  const complete = panels.map((panel, p): Panel => {
    const merged = { width, height, ...shared, ...panel };
    const { x, y } = merged;
    if (!x || !y) throw new ConfigError(`figure ${id}, panel ${p + 1}: no ${x ? "y" : "x"} axis. Give it to the panel or to the grid.`);
    const letter = letters ? `(${String.fromCharCode(97 + p)})` : "";
    return { ...merged, x, y, title: [letter, panel.title].filter(Boolean).join(" ") };
  });
  // Frames are aligned, not what surrounds them: else the legend of the last column would push all columns apart
  const spacing = { column: complete.some((panel) => panel.yRight) ? 150 : 95, row: 75 };
  return makeFigure(id, title, panelsBody(`figure ${id}`, complete, (concat) => ({ columns, bounds: "flush", spacing, concat })));
}
