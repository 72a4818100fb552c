import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { checkFinite } from "../../core/tensor.js";
import { makeFigure, type Figure } from "./figure.js";

/**
 * A rectangle with text in it. Lengths are pixels, x to the right and y downwards from the upper
 * left corner of the drawing.
 */
export interface DiagramBox {
  /** Name for arrows. */
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** First line, bold; none by default. */
  readonly title?: string;
  /** Further lines; title and lines are centred in the box. */
  readonly lines?: readonly string[];
  /** Fill, default a light grey. */
  readonly colour?: string;
}

/**
 * A straight arrow from the edge of one box to the edge of another, along the line between their
 * centres.
 */
export interface DiagramArrow {
  readonly from: string;
  readonly to: string;
}

/** Lines of text outside boxes, the first at (x, y). */
export interface DiagramCaption {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
  /** Default "center". */
  readonly align?: "left" | "center" | "right";
  /** Whether the first line is bold, default false. */
  readonly bold?: boolean;
  /** Of the text (default a dark grey). */
  readonly colour?: string;
}

/** Options of `diagram`. */
export interface DiagramOptions {
  readonly id: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly DiagramBox[];
  /** Default none. */
  readonly arrows?: readonly DiagramArrow[];
  /** Default none. */
  readonly captions?: readonly DiagramCaption[];
}

const LINE = 15; // px from one line of text to the next
const HEAD = 6; // px from an arrow's tip to the centre of its head

interface TextRow {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly bold: boolean;
  readonly align: "left" | "center" | "right";
  readonly colour: string;
}

/**
 * A drawing of boxes, arrows and captions, for schemes: plain data again, so that the numbers in it
 * come from the cell's results.
 * @throws ConfigError if two boxes share a name, an arrow names a box that is not there or joins
 *   boxes that overlap at their
 *                         centres, or something lies outside the drawing
 * @throws NumericalError  if a place or length is not a finite number
 */
export function diagram({
  id,
  title,
  width,
  height,
  boxes,
  arrows = [],
  captions = [],
}: DiagramOptions): Figure {
  const where = `figure ${id}`;
  checkFinite([width, height], where);
  const byName = new Map<string, DiagramBox>();
  for (const box of boxes) {
    checkFinite([box.x, box.y, box.width, box.height], `${where}, box "${box.name}"`);
    if (byName.has(box.name))
      throw new ConfigError(
        `${where}: two boxes are called "${box.name}". Give each its own name.`,
      );
    byName.set(box.name, box);
    checkInside(
      where,
      `box "${box.name}"`,
      width,
      height,
      [box.x, box.y],
      [box.x + box.width, box.y + box.height],
    );
  }
  for (const { align } of captions)
    if (align !== undefined)
      oneOf(align, ["left", "center", "right"], `${where}: align of a caption`);
  for (const { x, y, lines } of captions)
    checkInside(
      where,
      `caption "${lines[0]}"`,
      width,
      height,
      [x, y],
      [x, y + (lines.length - 1) * LINE],
    );

  const lines = arrows.map(({ from, to }) =>
    arrowRow(where, find(where, byName, from), find(where, byName, to)),
  );
  const texts = [...boxes.flatMap(boxText), ...captions.flatMap(captionText)];
  const x = {
    field: "x",
    type: "quantitative",
    title: "x / px",
    scale: { domain: [0, width], nice: false },
    axis: null,
  };
  const y = {
    field: "y",
    type: "quantitative",
    title: "y / px",
    scale: { domain: [0, height], nice: false, reverse: true },
    axis: null,
  };
  const tooltip = (...fields: string[]): object[] =>
    fields.map((field) => ({ field, type: "nominal" }));
  const layers: object[] = [];
  if (lines.length > 0) {
    layers.push(
      {
        data: { values: lines },
        mark: { type: "rule", color: "#555555", strokeWidth: 1.5 },
        encoding: {
          x,
          y,
          x2: { field: "x2" },
          y2: { field: "y2" },
          tooltip: tooltip("from", "to"),
        },
      },
      {
        data: { values: lines },
        mark: {
          type: "point",
          shape: "triangle",
          filled: true,
          color: "#555555",
          size: 90,
          opacity: 1,
        },
        encoding: {
          x: { ...x, field: "headX" },
          y: { ...y, field: "headY" },
          angle: { field: "angle", type: "quantitative", scale: null },
          tooltip: tooltip("from", "to"),
        },
      },
    );
  }
  if (boxes.length > 0) {
    const rows = boxes.map((box) => ({
      x: box.x,
      y: box.y,
      x2: box.x + box.width,
      y2: box.y + box.height,
      name: box.name,
      colour: box.colour ?? "#f2f2f2",
    }));
    layers.push({
      data: { values: rows },
      mark: { type: "rect", stroke: "#777777", strokeWidth: 1, cornerRadius: 3 },
      encoding: {
        x,
        y,
        x2: { field: "x2" },
        y2: { field: "y2" },
        color: { field: "colour", type: "nominal", scale: null, legend: null },
        tooltip: tooltip("name"),
      },
    });
  }
  for (const align of ["left", "center", "right"] as const) {
    for (const bold of [true, false]) {
      const rows = texts
        .filter((row) => row.align === align && row.bold === bold)
        .map(({ x, y, text, colour }) => ({ x, y, text, colour }));
      if (rows.length === 0) continue;
      layers.push({
        data: { values: rows },
        mark: {
          type: "text",
          align,
          baseline: "middle",
          fontSize: 11,
          ...(bold ? { fontWeight: "bold" } : {}),
        },
        encoding: {
          x,
          y,
          text: { field: "text", type: "nominal" },
          color: { field: "colour", type: "nominal", scale: null, legend: null },
          tooltip: tooltip("text"),
        },
      });
    }
  }
  if (layers.length === 0)
    throw new ConfigError(`${where}: there is nothing to draw. Add at least one box or caption.`);
  return makeFigure(id, title, { width, height, view: { stroke: null }, layer: layers });
}

function find(where: string, byName: ReadonlyMap<string, DiagramBox>, name: string): DiagramBox {
  const box = byName.get(name);
  if (!box)
    throw new ConfigError(
      `${where}: an arrow names "${name}", but there is no such box. Use one of ${[...byName.keys()].join(", ")}.`,
      { name },
    );
  return box;
}

function checkInside(
  where: string,
  what: string,
  width: number,
  height: number,
  ...corners: [number, number][]
): void {
  checkFinite(corners.flat(), `${where}, ${what}`);
  if (corners.some(([x, y]) => x < 0 || y < 0 || x > width || y > height)) {
    throw new ConfigError(
      `${where}: the ${what} reaches outside the drawing of ${width} × ${height}. Move it or enlarge the drawing.`,
      { corners },
    );
  }
}

/**
 * Ends where the line between the centres leaves one box and enters the other; the head's angle is
 * clockwise from upwards.
 */
function arrowRow(
  where: string,
  from: DiagramBox,
  to: DiagramBox,
): Record<string, number | string> {
  const centre = (box: DiagramBox): [number, number] => [
    box.x + box.width / 2,
    box.y + box.height / 2,
  ];
  const [[ax, ay], [bx, by]] = [centre(from), centre(to)];
  const length = Math.hypot(bx - ax, by - ay);
  const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
  const reach = (box: DiagramBox): number =>
    // x/0 = ∞: the other side decides
    Math.min(box.width / 2 / Math.abs(ux), box.height / 2 / Math.abs(uy));
  const [start, stop] = [reach(from), length - reach(to)];
  if (!(stop - start > 2 * HEAD)) {
    throw new ConfigError(
      `${where}: no room for an arrow from "${from.name}" to "${to.name}". Move the boxes apart.`,
      { from: from.name, to: to.name },
    );
  }
  const at = (d: number): [number, number] => [ax + d * ux, ay + d * uy];
  const [[x, y], [x2, y2], [headX, headY]] = [at(start), at(stop - HEAD), at(stop - HEAD)];
  return {
    x,
    y,
    x2,
    y2,
    headX,
    headY,
    angle: (Math.atan2(ux, -uy) * 180) / Math.PI,
    from: from.name,
    to: to.name,
  };
}

function boxText({ x, y, width, height, title, lines = [] }: DiagramBox): TextRow[] {
  const all = [
    ...(title === undefined ? [] : [{ text: title, bold: true }]),
    ...lines.map((text) => ({ text, bold: false })),
  ];
  const top = y + height / 2 - ((all.length - 1) * LINE) / 2;
  return all.map((row, n) => ({
    ...row,
    x: x + width / 2,
    y: top + n * LINE,
    align: "center",
    colour: "#222222",
  }));
}

function captionText({
  x,
  y,
  lines,
  align = "center",
  bold = false,
  colour = "#222222",
}: DiagramCaption): TextRow[] {
  return lines.map((text, n) => ({
    text,
    x,
    y: y + n * LINE,
    bold: bold && n === 0,
    align,
    colour,
  }));
}
