import { ConfigError } from "../../core/errors.js";
import { axisChannel, checkAxis, type Axis } from "./axis.js";
import { brushed, brushParameter, brushViews } from "../marks/brush.js";
import { fieldPath } from "../marks/fieldPath.js";
import { legendMark } from "../marks/legendMark.js";
import { checkMark, extent, seriesNames, type Mark, type Row } from "../marks/mark.js";
import { pointSymbol, seriesStyles } from "../colours/palette.js";
import {
  frameFilter,
  sliderParameters,
  sliderFrames,
  turned,
  type Slider,
  type SliderFrames,
} from "./slider.js";
import { tooltipChannel } from "../marks/tooltipChannel.js";

/** Table → its name in the spec. */
type Tables = ReadonlyMap<readonly Row[], string>;

/** One pair of axes with everything drawn between them, back to front. */
export interface Panel {
  /** Line above the panel. */
  readonly title?: string;
  readonly x: Axis;
  readonly y: Axis;
  /** A second y axis on the right, for marks with `side: "right"` (default none). */
  readonly yRight?: Axis;
  /** What is drawn, back to front; a figure of rows alone has none by default. */
  readonly marks: readonly (Mark | readonly Mark[])[];
  /** Inner width in pixels, default 420. */
  readonly width?: number;
  /** Inner height in pixels, default 280. */
  readonly height?: number;
}

/**
 * Body of a spec for some panels: tables are stored once however many marks read them, and a name
 * has one colour and shape in all panels.
 * @param arrange  puts the panels' specs together
 * @param brush x field whose interval, drawn with the mouse in one panel, marks its rows in all
 *   (`GridOptions`)
 * @param slider a field of which one value is drawn at a time (`Slider`)
 * @throws ConfigError     on a missing field, an axis without title, a logarithm of values ≤ 0
 * @throws NumericalError  on NaN or ±∞ among the plotted values
 */
export function panelsBody(
  where: string,
  panels: readonly Panel[],
  arrange: (specs: object[]) => object,
  brush?: string,
  slider?: Slider,
): object {
  const flat = panels.map((panel) => panel.marks.flat());
  panels.forEach((panel, p) => checkPanel(`${where}, panel ${p + 1}`, panel, flat[p]));
  const names = [...new Set(flat.flat().flatMap(seriesNames))];
  const tables = new Map<readonly Row[], string>();
  for (const mark of flat.flat())
    if (!tables.has(mark.rows)) tables.set(mark.rows, `table${tables.size + 1}`);
  const legend = names.length > 0 ? [legendMark(names, flat.flat())] : [];
  const views = brush === undefined ? [] : brushViews(where, brush, flat);
  const frames = slider && sliderFrames(where, slider, flat.flat());
  const specs = panels.map((panel, p) =>
    panelSpec(
      panel,
      flat[p],
      names,
      tables,
      legend,
      brush === undefined ? undefined : { field: brush, view: views[p] },
      frames,
    ),
  );
  const params = [...brushParameter(views), ...(frames ? sliderParameters(frames) : [])];
  return {
    ...arrange(specs),
    ...(params.length > 0 ? { params } : {}),
    datasets: Object.fromEntries([...tables].map(([rows, name]) => [name, rows])),
  };
}

function checkPanel(where: string, panel: Panel, marks: readonly Mark[]): void {
  if (marks.length === 0)
    throw new ConfigError(`${where}: there is nothing to draw. Add at least one mark.`);
  const axes: [Axis, "x" | "y", readonly Mark[]][] = [
    [panel.x, "x", marks],
    [panel.y, "y", marks.filter((mark) => mark.side !== "right")],
  ];
  const right = marks.filter((mark) => mark.side === "right");
  if (panel.yRight) axes.push([panel.yRight, "y", right]);
  else if (right.length > 0)
    throw new ConfigError(
      `${where}: ${right[0].kind} is on the right, but the panel has no yRight axis. Add one.`,
    );
  marks.forEach(checkMark);
  for (const [axis, channel, read] of axes) {
    checkAxis(axis, where);
    const span = union(read, channel);
    if (axis.scale === "log" && span[0] <= 0) {
      throw new ConfigError(
        `${where}: "${axis.title}" is logarithmic but its data reach down to ${span[0]}. Use scale "symlog".`,
        { axis },
      );
    }
  }
}

function union(marks: readonly Mark[], channel: "x" | "y"): [number, number] {
  const spans = marks.map((mark) => extent(mark, channel)).filter((span) => span !== undefined);
  return [Math.min(...spans.map(([low]) => low)), Math.max(...spans.map(([, high]) => high))];
}

function panelSpec(
  panel: Panel,
  marks: readonly Mark[],
  names: readonly string[],
  tables: Tables,
  legend: readonly object[],
  brush?: { readonly field: string; readonly view: string | undefined },
  frames?: SliderFrames,
): object {
  let view = brush?.view;
  const units = (mark: Mark): object[] => {
    const unit = markSpec(panel, mark, marks, tables, frames);
    const own = seriesUnits(
      mark,
      names,
      brush ? { ...unit, encoding: brushed(mark, unit.encoding, brush.field) } : unit,
    );
    if (view === undefined || mark.x !== brush?.field) return own;
    // one unit of a panel takes the mouse
    const named = [{ ...own[0], name: view }, ...own.slice(1)];
    view = undefined;
    return named;
  };
  const left = [...legend, ...marks.filter((mark) => mark.side !== "right").flatMap(units)];
  const right = marks.filter((mark) => mark.side === "right").flatMap(units);
  const title = panel.title ? { title: { text: panel.title, frame: "group", offset: 6 } } : {};
  const frame = { ...title, width: panel.width ?? 420, height: panel.height ?? 280 };
  if (right.length === 0) return { ...frame, layer: left };
  return {
    ...frame,
    layer: [{ layer: left }, { layer: right }],
    resolve: { scale: { y: "independent" } },
  };
}

interface UnitSpec {
  readonly data: object;
  readonly transform: readonly object[];
  readonly mark: object;
  readonly encoding: object;
}

function markSpec(
  panel: Panel,
  mark: Mark,
  marks: readonly Mark[],
  tables: Tables,
  frames?: SliderFrames,
): UnitSpec {
  const yAxis = mark.side === "right" ? (panel.yRight as Axis) : panel.y;
  const sameSide = marks.filter((other) => (other.side === "right") === (mark.side === "right"));
  const encoding: Record<string, unknown> = { ...mark.encoding };
  if (mark.x !== undefined)
    encoding.x = { field: fieldPath(mark.x), ...axisChannel(panel.x, union(marks, "x"), "x") };
  if (mark.x2 !== undefined) encoding.x2 = { field: fieldPath(mark.x2) };
  if (mark.y !== undefined)
    encoding.y = {
      field: fieldPath(mark.yRange?.[0] ?? mark.y),
      ...axisChannel(yAxis, union(sameSide, "y"), "y"),
    };
  if (mark.yRange !== undefined) encoding.y2 = { field: fieldPath(mark.yRange[1]) };
  encoding.tooltip = tooltipChannel(mark, panel.x.title, yAxis.title);
  return {
    data: { name: tables.get(mark.rows) },
    transform: [
      ...(frames && turned(mark, frames.field) ? [frameFilter(frames)] : []),
      ...(mark.transform ?? []),
    ],
    mark: { ...mark.mark, ...(outside(panel, yAxis, mark) ? { clip: true } : {}) },
    encoding,
  };
}

/**
 * One unit for each series of the mark, in the look of its name: a name never changes its look
 * between marks or panels.
 */
function seriesUnits(mark: Mark, names: readonly string[], unit: UnitSpec): object[] {
  const styles = seriesStyles(names);
  const styled = (name: string, filter: readonly object[]): object => {
    const { colour, shape } = styles[names.indexOf(name)];
    const look =
      mark.mark.type === "point" ? { color: colour, shape: pointSymbol(shape) } : { color: colour };
    return bare({
      ...unit,
      transform: [...filter, ...unit.transform],
      mark: { ...unit.mark, ...look },
    });
  };
  if (!mark.series) return [bare(unit)];
  if ("name" in mark.series) return [styled(mark.series.name, [])];
  const { field } = mark.series;
  const values = [...new Set(mark.rows.map((entry) => entry[field]))];
  return values.map((value) =>
    styled(String(value), [{ filter: { field: fieldPath(field), equal: value } }]),
  );
}

function bare({ transform, ...unit }: UnitSpec): object {
  return transform.length > 0 ? { ...unit, transform } : unit;
}

/**
 * Marks are cut at the frame only if some lie outside: a symbol that sits on the frame stays whole.
 */
function outside(panel: Panel, yAxis: Axis, mark: Mark): boolean {
  const beyond = (axis: Axis, span: [number, number] | undefined): boolean =>
    axis.domain !== undefined &&
    span !== undefined &&
    (span[0] < axis.domain[0] || span[1] > axis.domain[1]);
  return beyond(panel.x, extent(mark, "x")) || beyond(yAxis, extent(mark, "y"));
}
