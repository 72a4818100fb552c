import { fieldPath } from "./fieldPath.js";
import type { Mark } from "./mark.js";

/**
 * What hovering over a mark shows: its x and y under the titles of the axes, its series, and the
 * fields it names.
 */
export function tooltipChannel(mark: Mark, xTitle: string, yTitle: string): object[] {
  const entry = (field: string, title: string): object => {
    const numeric = mark.rows.every((row) => typeof row[field] === "number");
    return {
      field: fieldPath(field),
      type: numeric ? "quantitative" : "nominal",
      title,
      ...(numeric ? { format: ".5~g" } : {}),
    };
  };
  const shown: object[] = [];
  const extra = mark.tooltip ?? [];
  if (mark.x !== undefined && mark.x2 === undefined) shown.push(entry(mark.x, xTitle));
  if (mark.y !== undefined && !extra.includes(mark.y)) shown.push(entry(mark.y, yTitle));
  if (mark.series && "field" in mark.series && !extra.includes(mark.series.field))
    shown.push(entry(mark.series.field, mark.series.field));
  return [...shown, ...extra.map((field) => entry(field, field))];
}
