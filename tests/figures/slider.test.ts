import { describe, expect, it } from "vitest";
import { figures } from "phaselens";
import { ConfigError } from "phaselens/core";

const dampings = [0.01, 0.1, 1];
const rows = dampings.flatMap((damping) =>
  [0, 1, 2, 3].map((x) => ({ damping, x, y: x / (damping + 1), phase: "LL" })),
);
const slider = { field: "damping", title: "λ", value: 0.1 };
const options = {
  id: "report-slider",
  title: "A figure to turn",
  x: { title: "x", domain: [0, 3] as const },
  y: { title: "y", domain: [0, 3] as const },
  marks: [figures.points({ rows, x: "x", y: "y" })],
};
/** Heights of the points of a picture. */
const heights = (svg: string): string[] =>
  [...svg.matchAll(/aria-label="x: [^"]*; y: ([^"]*)"/g)].map(([, y]) => y);

describe("a figure with a slider", () => {
  it.each(dampings)("is drawn at its value, here %d, and nothing of the others", async (value) => {
    const turned = figures.layer({ ...options, slider: { ...slider, value } });
    const alone = figures.layer({
      ...options,
      marks: [
        figures.points({ rows: rows.filter((row) => row.damping === value), x: "x", y: "y" }),
      ],
    });
    const svg = await figures.renderSvg(turned);
    expect(heights(svg)).toEqual(heights(await figures.renderSvg(alone)));
    expect(heights(svg)).toHaveLength(4);
    expect(svg).toContain(`>λ = ${value}<`);
  });

  it("draws marks whose rows have no such field at all positions", async () => {
    const rule = figures.points({ rows: [{ x: 1, y: 2.5 }], x: "x", y: "y" });
    const turned = figures.layer({ ...options, marks: [...options.marks, rule], slider });
    expect(heights(await figures.renderSvg(turned))).toContain("2.5");
  });

  it("marks the most helpful points of each of its values", () => {
    const many = dampings.flatMap((damping, k) =>
      [0, 1, 2, 3].map((x) => ({ damping, x, y: (x + k) % 4, phase: "LL" })),
    );
    const marks = figures.influenceMarks({
      ...{ rows: many, x: "x", y: "y", testPoint: 1, count: 1, frame: "damping" },
    });
    const [, , helpful, harmful] = marks.map((mark) => mark.rows.map(({ x }) => x));
    expect(helpful).toEqual([3, 2, 1]);
    expect(harmful).toEqual([0, 3, 2]);
  });

  it.each([
    ["a field that no rows have", { field: "none" }, /rows have 0 values of "none"/],
    ["a value that no row has", { value: 0.5 }, /begins at damping = 0.5, which no row has/],
    ["one value alone", { field: "phase" }, /row 0 has LL there/],
  ])("refuses %s", (_, own, message) => {
    const call = () => figures.layer({ ...options, slider: { ...slider, ...own } });
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });
});
