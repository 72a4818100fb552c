import { ConfigError } from "../../core/errors.js";
import { drawableTexts } from "./drawableTexts.js";

/** A chart as data: what the notebook shows, what the snapshot test compares. */
export interface Figure {
  /** Stable name, `<paper>-fig<number><panel>` or `report-<what>`, also the name of its files. */
  readonly id: string;
  readonly title: string;
  /** Vega-Lite spec with its data inside; every axis has a title with symbol and unit. */
  readonly spec: object;
}

/** JupyterLab 4 draws this version; later properties must not appear in a spec. */
export const vegaLiteSchema = "https://vega.github.io/schema/vega-lite/v5.json";

/** Figures of a paper, and those of a report on somebody's own model. */
const idPattern = /^([a-z]+[0-9]{4}-(fig|eq|table)[0-9]+[a-z]*|report)(-[a-z0-9]+)*$/;

/** Same look everywhere; the font is the one that `renderPng` brings along. */
const config = {
  font: "DejaVu Sans, Verdana, sans-serif",
  view: { stroke: "#888888" },
  axis: {
    grid: false,
    labelFlush: false,
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: "normal",
    tickColor: "#888888",
    domainColor: "#888888",
  },
  legend: {
    labelFontSize: 11,
    titleFontSize: 11,
    labelLimit: 0,
    symbolSize: 100,
    symbolStrokeWidth: 1.5,
  },
  title: { fontSize: 12, fontWeight: "normal", anchor: "start" },
};

/**
 * @throws ConfigError if the id is not `<paper>-fig<number><panel>` (the paper: first author and
 *   year)
 */
export function checkFigureId(id: string): void {
  if (typeof id !== "string" || !idPattern.test(id)) {
    throw new ConfigError(
      `figure: id "${id}" is not <paper>-fig<number><panel>. Write it like "dawid2021-fig3" or "dawid2021-fig2a", or like "report-relevance" for a model of your own.`,
      { id },
    );
  }
}

/**
 * A figure from the body of a Vega-Lite spec: adds schema, look and title.
 * @param body    layer, concat or unit spec without `$schema`, `config`, `title`
 * @param more  what its legend has beyond the look of all, and a line below the title
 * @param title   what is drawn, in a few words; "" for none, as a figure in print has it
 * @throws ConfigError  on an ill-formed id, or a text of more than 1000 characters
 */
export function makeFigure(
  id: string,
  title: string,
  body: object,
  { legend = {}, subtitle }: { readonly legend?: object; readonly subtitle?: object } = {},
): Figure {
  checkFigureId(id);
  if (typeof title !== "string") {
    throw new ConfigError(
      `figure ${id}: the title is ${String(title)}. Say in a few words what is drawn, or "" to leave it out.`,
      { id },
    );
  }
  const look = { ...config, legend: { ...config.legend, ...legend } };
  const spec = {
    $schema: vegaLiteSchema,
    background: "white",
    config: look,
    ...(title.trim() === "" && subtitle === undefined
      ? {}
      : { title: { text: title, ...(subtitle ? { subtitle } : {}), fontSize: 14, offset: 12 } }),
    ...body,
  };
  return { id, title: drawableTexts(title, id), spec: drawableTexts(spec, id) };
}
