import { ConfigError } from "../../core/errors.js";
import type { Mark } from "./mark.js";

const NAME = "brush";
/** Opacity of what lies outside the interval. */
const DIMMED = 0.12;
/**
 * Of a line only the first row would decide, and areas and rules through the panel are no points of
 * their own.
 */
const kinds = ["point", "bar", "rect", "rule", "text"];

/**
 * For each panel the name of the view in which the interval can be drawn, undefined where its marks
 * do not show the field along x.
 * @throws ConfigError unless two panels or more show it
 */
export function brushViews(
  where: string,
  field: string,
  panels: readonly (readonly Mark[])[],
): (string | undefined)[] {
  const views = panels.map((marks, p) =>
    marks.some((mark) => mark.x === field) ? `${NAME}_${p + 1}` : undefined,
  );
  if (views.filter(Boolean).length < 2) {
    throw new ConfigError(
      `${where}: "${field}" shall link panels, but fewer than two have it along x. Name an x field that two share.`,
      { field },
    );
  }
  return views;
}

/** The selection itself: one interval for all panels, wherever it is drawn. */
export function brushParameter(views: readonly (string | undefined)[]): object[] {
  const named = views.filter((view) => view !== undefined);
  const select = { type: "interval", encodings: ["x"], zoom: false };
  return named.length > 0 ? [{ name: NAME, select, views: named }] : [];
}

/**
 * The encoding of a mark whose rows fade where they lie outside the interval. Nothing fades as long
 * as there is none.
 */
export function brushed(mark: Mark, encoding: object, field: string): object {
  const { type, opacity = 1 } = mark.mark as { type?: string; opacity?: number };
  if (!kinds.includes(type ?? "") || !mark.rows.every((row) => Object.hasOwn(row, field)))
    return encoding;
  return {
    ...encoding,
    opacity: { condition: { param: NAME, value: opacity }, value: DIMMED * opacity },
  };
}

/**
 * The same spec without selection and slider, for a picture: Vega would look for a window to listen
 * to. Parameters keep their values.
 */
export function withoutBrush(spec: unknown): unknown {
  if (Array.isArray(spec)) return spec.map(withoutBrush);
  if (typeof spec !== "object" || spec === null) return spec;
  const { params, ...rest } = spec as {
    params?: readonly { name?: string; bind?: object }[];
    condition?: { param?: string; value?: number };
  };
  if (rest.condition?.param === NAME) return { value: rest.condition.value };
  const kept = (params ?? [])
    .filter(({ name }) => name !== NAME)
    .map(({ bind: _, ...parameter }) => parameter);
  const inner = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key,
      key === "datasets" ? value : withoutBrush(value),
    ]),
  );
  return kept.length > 0 ? { ...inner, params: kept } : inner;
}
