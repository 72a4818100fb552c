import {
  fraction,
  kind,
  list,
  listOf,
  nonNegative,
  optional,
  positive,
  real,
  record,
  text,
} from "../core/arguments/kinds.js";
import type { ArgumentKind } from "../core/arguments/takes.js";

const aSeries = kind(
  "{ name } or { field }",
  (value) => typeof value === "object" && value !== null && ("name" in value || "field" in value),
);
const aRow = record({}, "a row of values by the names of their fields");
/** Rows of a mark; that their fields are there is asked where the figure is made. */
export const someRows: ArgumentKind = listOf(aRow);

const width = optional(positive);
const dash = optional(listOf(nonNegative));

/** Options that marks share, those of them that a mark has. */
const ofMarks: Readonly<Record<string, ArgumentKind>> = {
  series: optional(aSeries),
  tooltip: optional(listOf(text)),
  width,
  dash,
  colour: optional(text),
  size: optional(positive),
  opacity: optional(fraction),
};

/** Options of a mark: rows, the fields of their x and y, and what it has of its own. */
export function markOptions(own: Readonly<Record<string, ArgumentKind>> = {}): ArgumentKind {
  return record({ rows: someRows, x: text, y: text, ...ofMarks, ...own });
}

/** Options of lines through a panel. */
export const ruleOptions: ArgumentKind = record({ name: text, width, dash });

/** Ends, ticks and words of an axis; the rest is asked by `checkAxis`. */
export const anAxis: ArgumentKind = record(
  { title: text, domain: optional(listOf(real, 2, 2)), ticks: optional(listOf(real)) },
  "an axis { title, … }",
);

/** A number that may be turned. */
export const aSlider: ArgumentKind = record(
  { field: text, title: text, value: real },
  "{ field, title, value }",
);

/** An axis of a field. */
export const fieldAxis: ArgumentKind = record({ field: text, title: text }, "{ field, title, … }");

const panelFields = { width, height: width };

/** A whole figure of one panel. */
export function figureOptions(own: Readonly<Record<string, ArgumentKind>> = {}): ArgumentKind {
  return record({ id: text, title: text, ...panelFields, ...own });
}

/** A panel of a figure. */
export const aPanel: ArgumentKind = record({
  title: optional(text),
  x: optional(anAxis),
  y: optional(anAxis),
  yRight: optional(anAxis),
  marks: list,
  ...panelFields,
});

/** A figure that is made. */
export const aFigure: ArgumentKind = record(
  { id: text, title: text, spec: record() },
  "a figure such as figures.layer makes",
);
