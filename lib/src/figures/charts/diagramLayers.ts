/** A line of text of a drawing. */
export interface TextRow {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly bold: boolean;
  readonly align: "left" | "center" | "right";
  readonly colour: string;
}

/** Channels x and y of a drawing, in pixels from its upper left corner. */
export interface DiagramAxes {
  readonly x: object;
  readonly y: object;
}

export const diagramAxes = (width: number, height: number): DiagramAxes => ({
  x: {
    field: "x",
    type: "quantitative",
    title: "x / px",
    scale: { domain: [0, width], nice: false },
    axis: null,
  },
  y: {
    field: "y",
    type: "quantitative",
    title: "y / px",
    scale: { domain: [0, height], nice: false, reverse: true },
    axis: null,
  },
});

const tooltip = (...fields: string[]): object[] =>
  fields.map((field) => ({ field, type: "nominal" }));
const colour = { field: "colour", type: "nominal", scale: null, legend: null };

/** Lines from (x, y) to (x2, y2) with a head at (headX, headY); none for no rows. */
export function arrowLayers({ x, y }: DiagramAxes, values: readonly object[]): object[] {
  if (values.length === 0) return [];
  const ends = { x2: { field: "x2" }, y2: { field: "y2" } };
  const head = { type: "point", shape: "triangle", filled: true, color: "#555555" };
  return [
    {
      data: { values },
      mark: { type: "rule", color: "#555555", strokeWidth: 1.5 },
      encoding: { x, y, ...ends, tooltip: tooltip("from", "to") },
    },
    {
      data: { values },
      mark: { ...head, size: 90, opacity: 1 },
      encoding: {
        x: { ...x, field: "headX" },
        y: { ...y, field: "headY" },
        angle: { field: "angle", type: "quantitative", scale: null },
        tooltip: tooltip("from", "to"),
      },
    },
  ];
}

/** Rectangles from (x, y) to (x2, y2); none for no rows. */
export function boxLayers({ x, y }: DiagramAxes, values: readonly object[]): object[] {
  if (values.length === 0) return [];
  const ends = { x2: { field: "x2" }, y2: { field: "y2" } };
  return [
    {
      data: { values },
      mark: { type: "rect", stroke: "#777777", strokeWidth: 1, cornerRadius: 3 },
      encoding: { x, y, ...ends, color: colour, tooltip: tooltip("name") },
    },
  ];
}

/** A layer for each alignment and weight that there is. */
export function textLayers({ x, y }: DiagramAxes, texts: readonly TextRow[]): object[] {
  const layer = (align: TextRow["align"], bold: boolean): object[] => {
    const values = texts
      .filter((row) => row.align === align && row.bold === bold)
      .map(({ x, y, text, colour }) => ({ x, y, text, colour }));
    if (values.length === 0) return [];
    const mark = { type: "text", align, baseline: "middle", fontSize: 11 };
    return [
      {
        data: { values },
        mark: bold ? { ...mark, fontWeight: "bold" } : mark,
        encoding: {
          x,
          y,
          text: { field: "text", type: "nominal" },
          color: colour,
          tooltip: tooltip("text"),
        },
      },
    ];
  };
  return (["left", "center", "right"] as const).flatMap((align) =>
    [true, false].flatMap((bold) => layer(align, bold)),
  );
}
