import { ConfigError } from "../../core/errors.js";
import type { Figure } from "../charts/figure.js";

/** Pixels of an SVG in a millimetre (CSS: 96 in an inch). */
export const PIXELS_PER_MM: number = 96 / 25.4;

/** Panels smaller than this (pixels) have no room for their ticks. */
const LEAST_PANEL = 60;

/** Where frames would shrink below this part, the legend moves from their side to below them. */
const CROWDED = 0.7;

/** Frames have whole pixels, so that the last few are left to scaling (under 1 %). */
const CLOSE = 3;

type Draw = (figure: Figure) => Promise<string>;

/**
 * The figure drawn for a column of so many millimetres: frames shrink or grow, letters and symbols
 * keep their size, as a journal asks for.
 * @param drawn  the SVG of a figure
 * @throws ConfigError if a frame would be narrower than 60 pixels
 */
export async function atPrintWidth(
  figure: Figure,
  millimetres: number,
  drawn: Draw,
): Promise<string> {
  const target = millimetres * PIXELS_PER_MM;
  const asIs = await fitted(figure, target, drawn);
  if (asIs !== undefined && asIs.factor >= CROWDED) return inMillimetres(asIs.svg, millimetres);
  let best = asIs;
  for (let columns = 6; columns >= 1; columns--) {
    const below = await fitted(withLegendBelow(figure, columns), target, drawn);
    if (below === undefined) continue; // the legend alone is wider
    if (best === undefined || below.factor > best.factor) best = below;
    break;
  }
  if (best !== undefined) return inMillimetres(best.svg, millimetres);
  throw new ConfigError(
    `figure ${figure.id}: ${millimetres} mm leave its panels less than ${LEAST_PANEL} pixels of width. Take more millimetres, or fewer columns of panels.`,
    { millimetres },
  );
}

/**
 * The figure of a width of so many pixels, and how its frames were scaled. What surrounds them does
 * not scale: their factor is found from two drawings and corrected by further ones.
 * @returns undefined where frames would be too small
 */
async function fitted(
  figure: Figure,
  target: number,
  drawn: Draw,
): Promise<{ readonly svg: string; readonly factor: number } | undefined> {
  const smallest = Math.min(...frameWidths(figure.spec));
  let [factor, svg] = [1, await drawn(figure)];
  let slope = widestRow(figure.spec); // pixels of the whole for a factor of 1
  for (let attempt = 0; attempt < 8; attempt++) {
    const width = widthOf(svg);
    if (Math.abs(width - target) <= CLOSE) return { svg, factor };
    const next = factor + (target - width) / slope;
    if (!(next * smallest >= LEAST_PANEL)) return undefined;
    svg = await drawn({ ...figure, spec: scaled(figure.spec, next) as object });
    const measured = (widthOf(svg) - width) / (next - factor);
    // where a title or a legend is the widest part, smaller frames change nothing
    if (!(measured > 0.2 * slope))
      return widthOf(svg) <= target ? { svg, factor: next } : undefined;
    [factor, slope] = [next, measured];
  }
  return { svg, factor };
}

function withLegendBelow(figure: Figure, columns: number): Figure {
  const { config } = figure.spec as { config?: { legend?: object } };
  const legend = { ...config?.legend, orient: "bottom", columns, columnPadding: 20 };
  return { ...figure, spec: { ...figure.spec, config: { ...config, legend } } };
}

/** The size in millimetres in place of pixels; what is inside keeps its coordinates. */
function inMillimetres(svg: string, millimetres: number): string {
  const [width, height] = ["width", "height"].map((name) => sizeOf(svg, name));
  const tall = Number(((millimetres * height) / width).toFixed(3));
  return svg.replace(/^<svg [^>]*>/, (head) =>
    head
      .replace(/ width="[^"]*"/, ` width="${millimetres}mm"`)
      .replace(/ height="[^"]*"/, ` height="${tall}mm"`),
  );
}

const widthOf = (svg: string): number => sizeOf(svg, "width");

/** Width or height that the first tag of an SVG states, in pixels. */
function sizeOf(svg: string, name: string): number {
  return Number(new RegExp(`^<svg [^>]*\\b${name}="([0-9.]+)"`).exec(svg)?.[1]);
}

/** Parts of a spec that hold views. */
const parts = ["layer", "concat", "hconcat", "vconcat", "spec"] as const;
type Views = Readonly<Record<string, unknown>>;

const children = (spec: Views): Views[] =>
  parts.flatMap((part) => {
    const inner = spec[part];
    return (Array.isArray(inner) ? inner : inner === undefined ? [] : [inner]) as Views[];
  });

/** Widths of all frames that state one. */
function frameWidths(spec: object): number[] {
  const { width } = spec as Views;
  const own = typeof width === "number" ? [width] : [];
  return [...own, ...children(spec as Views).flatMap(frameWidths)];
}

/** The sum of the frames' widths in one row of the figure. */
function widestRow(spec: object): number {
  const { width, columns = Infinity, concat } = spec as Views & { columns?: number };
  if (typeof width === "number") return width;
  const widths = children(spec as Views).map(widestRow);
  if (concat === undefined) return Math.max(...widths);
  return widths.slice(0, columns).reduce((sum, value) => sum + value, 0);
}

/** The spec with frames of another size. */
function scaled(spec: unknown, factor: number): unknown {
  const copy: Record<string, unknown> = { ...(spec as Views) };
  for (const side of ["width", "height"])
    if (typeof copy[side] === "number") copy[side] = Math.round(copy[side] * factor);
  for (const part of parts) {
    const inner = copy[part];
    if (Array.isArray(inner)) copy[part] = inner.map((one) => scaled(one, factor));
    else if (inner !== undefined) copy[part] = scaled(inner, factor);
  }
  return copy;
}
