import { optional, positive, text } from "../../core/arguments/kinds.js";
import { markOptions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { divergingColour } from "../colours/divergingColour.js";
import type { Mark, Row } from "./mark.js";

/** Options of `cells`. */
export interface CellsOptions {
  /** One row a cell. */
  readonly rows: readonly Row[];
  /** Fields of the cell's centre; a cell is one unit wide and high. */
  readonly x: string;
  readonly y: string;
  /** Field of the signed value that decides the colour. */
  readonly value: string;
  /**
   * Value of the full colours, ± this; default: the largest modulus of the rows. Give several
   * panels the same.
   */
  readonly limit?: number;
  /** Further fields to show in the tooltip (default none). */
  readonly tooltip?: readonly string[];
}

/**
 * A matrix of coloured cells around zero: blue below, white at, red above.
 * @throws ConfigError if a coordinate or value is not a number, or the limit is not positive
 */
export function cells(options: CellsOptions): Mark {
  takes("cells", { options: [options, markOptions({ value: text, limit: optional(positive) })] });
  const { rows, x, y, value, limit, tooltip = [] } = options;
  const numberOf = (entry: Row, field: string, n: number): number => {
    const found = entry[field];
    if (!Number.isFinite(found))
      throw new ConfigError(
        `cells: row ${n} has ${field} = ${String(found)}; it must be a finite number.`,
        { row: n },
      );
    return found as number;
  };
  if (limit !== undefined && !(limit > 0))
    throw new ConfigError(`cells: the limit is ${limit}. It must be a positive number.`, { limit });
  const full =
    limit ?? (Math.max(...rows.map((entry, n) => Math.abs(numberOf(entry, value, n)))) || 1);
  const drawn = rows.map((entry, n): Row => {
    const [centreX, centreY] = [numberOf(entry, x, n), numberOf(entry, y, n)];
    const colour = divergingColour(numberOf(entry, value, n) / full);
    return {
      ...entry,
      left: centreX - 0.5,
      right: centreX + 0.5,
      low: centreY - 0.5,
      high: centreY + 0.5,
      colour,
    };
  });
  return {
    kind: "cells",
    rows: drawn,
    mark: { type: "rect", stroke: "#cccccc", strokeWidth: 0.5 },
    x: "left",
    x2: "right",
    y: "low",
    yRange: ["low", "high"],
    encoding: { color: { field: "colour", type: "nominal", scale: null, legend: null } },
    tooltip: [value, ...tooltip],
  };
}
