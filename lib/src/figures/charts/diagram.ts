import { kind, listOf, optional, record, text } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { checkFinite } from "../../core/tensor.js";
import { arrowLayers, boxLayers, diagramAxes, textLayers, type TextRow } from "./diagramLayers.js";
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

const lines = optional(listOf(text));
/** Whether it is finite is asked with the name of its box. */
const aNumber = kind("a number", (value) => typeof value === "number");
const aLength = kind("a number > 0", (value) => typeof value === "number" && !(value <= 0));
const place = { x: aNumber, y: aNumber, width: aLength, height: aLength };
const diagramOptions = record({
  id: text,
  title: text,
  width: aNumber,
  height: aNumber,
  boxes: listOf(record({ name: text, ...place, title: optional(text), lines })),
  arrows: optional(listOf(record({ from: text, to: text }))),
  captions: optional(listOf(record({ x: aNumber, y: aNumber, lines: listOf(text) }))),
});

const LINE = 15; // px from one line of text to the next
const HEAD = 6; // px from an arrow's tip to the centre of its head

/**
 * A drawing of boxes, arrows and captions, for schemes: plain data again, so that the numbers in it
 * come from the cell's results.
 * @throws ConfigError if two boxes share a name, an arrow names a box that is not there or joins
 *   boxes that overlap at their
 *                         centres, or something lies outside the drawing
 * @throws NumericalError  if a place or length is not a finite number
 */
export function diagram(options: DiagramOptions): Figure {
  takes("diagram", { options: [options, diagramOptions] });
  const { id, title, width, height, boxes, arrows = [], captions = [] } = options;
  const where = `figure ${id}`;
  checkFinite([width, height], where);
  const byName = boxesByName(where, options);
  checkCaptions(where, options);
  const rows = arrows.map(({ from, to }) =>
    arrowRow(where, find(where, byName, from), find(where, byName, to)),
  );
  const texts = [...boxes.flatMap(boxText), ...captions.flatMap(captionText)];
  const axes = diagramAxes(width, height);
  const layer = [
    ...arrowLayers(axes, rows),
    ...boxLayers(axes, boxes.map(boxRow)),
    ...textLayers(axes, texts),
  ];
  if (layer.length === 0)
    throw new ConfigError(`${where}: there is nothing to draw. Add at least one box or caption.`);
  return makeFigure(id, title, { width, height, view: { stroke: null }, layer });
}

function boxesByName(
  where: string,
  { width, height, boxes }: DiagramOptions,
): ReadonlyMap<string, DiagramBox> {
  const byName = new Map<string, DiagramBox>();
  for (const box of boxes) {
    const { x, y, name } = box;
    checkFinite([x, y, box.width, box.height], `${where}, box "${name}"`);
    if (byName.has(name))
      throw new ConfigError(`${where}: two boxes are called "${name}". Give each its own name.`);
    byName.set(name, box);
    const end: [number, number] = [x + box.width, y + box.height];
    const what = `box "${name}" at (${x}, ${y}) of ${box.width} × ${box.height}`;
    checkInside(where, what, width, height, [x, y], end);
  }
  return byName;
}

function checkCaptions(where: string, { width, height, captions = [] }: DiagramOptions): void {
  for (const { align } of captions)
    if (align !== undefined)
      oneOf(align, ["left", "center", "right"], `${where}: align of a caption`);
  for (const { x, y, lines } of captions) {
    const end: [number, number] = [x, y + (lines.length - 1) * LINE];
    checkInside(where, `caption "${lines[0]}" at (${x}, ${y})`, width, height, [x, y], end);
  }
}

const boxRow = ({ x, y, width, height, name, colour = "#f2f2f2" }: DiagramBox): object => ({
  x,
  y,
  x2: x + width,
  y2: y + height,
  name,
  colour,
});

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
      `${where}: no room for an arrow from "${from.name}" at (${from.x}, ${from.y}) to "${to.name}" at (${to.x}, ${to.y}). Move the boxes apart.`,
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
