import { printedNumber } from "../figures/charts/tickLabels.js";
import { divergingColour } from "../figures/colours/divergingColour.js";
import { makeFigure, type Figure } from "../figures/charts/figure.js";

/** One bar from 0 to its value. */
export interface NamedBar {
  readonly name: string;
  readonly value: number;
  /** Default: by sign and size, red above 0 and blue below. */
  readonly colour?: string;
}

/** What is drawn of bars with names, from top to bottom. */
export interface NamedBarsOptions {
  readonly id: string;
  readonly title: string;
  /** Of the axis of values. */
  readonly quantity: string;
  readonly bars: readonly NamedBar[];
  /** Of the axis of names; null where names speak for themselves. */
  readonly kind: string | null;
}

/** Signed values as bars in their own order, the strongest colour at the largest modulus. */
export function namedBars({ id, title, quantity, bars, kind }: NamedBarsOptions): Figure {
  const largest = bars.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0) || 1;
  const own = (value: number): string =>
    divergingColour((0.75 * value) / largest + 0.2 * Math.sign(value));
  const rows = bars.map(({ name, value, colour = own(value) }) => ({
    feature: name,
    relevance: value,
    colour,
  }));
  return makeFigure(id, title, {
    data: { values: rows },
    width: 420,
    height: { step: 20 },
    mark: { type: "bar", height: 13 },
    encoding: {
      y: {
        field: "feature",
        type: "nominal",
        sort: null,
        title: kind,
        axis: { labelLimit: 180, ticks: false },
      },
      x: {
        field: "relevance",
        type: "quantitative",
        title: quantity,
        axis: { labelExpr: printedNumber() },
      },
      color: { field: "colour", type: "nominal", scale: null, legend: null },
    },
  });
}
