import { ConfigError } from "phaselens/core";
import { figures } from "phaselens";
import { describe, expect, it } from "vitest";
import { divergingColour } from "phaselens/internal/figures/colours/divergingColour";

describe("divergingColour", () => {
  it("is white at 0, red above and blue below, and stays at the ends beyond ±1", () => {
    expect(divergingColour(0)).toBe("#ffffff");
    const channels = (value: number): number[] =>
      [1, 3, 5].map((at) => parseInt(divergingColour(value).slice(at, at + 2), 16));
    for (const value of [0.2, 0.5, 0.9]) {
      const [red, , blue] = channels(value);
      expect(red).toBeGreaterThan(blue);
      const [redBelow, , blueBelow] = channels(-value);
      expect(blueBelow).toBeGreaterThan(redBelow);
    }
    expect(divergingColour(7)).toBe(divergingColour(1));
    expect(divergingColour(-7)).toBe(divergingColour(-1));
  });
});

describe("cells", () => {
  const rows = [
    { x: 0, y: 0, w: -2 },
    { x: 1, y: 0, w: 1 },
  ];
  it("are unit squares around their centres, coloured by the value relative to the largest modulus", () => {
    const mark = figures.cells({ rows, x: "x", y: "y", value: "w" });
    expect(mark.rows[0]).toMatchObject({
      left: -0.5,
      right: 0.5,
      low: -0.5,
      high: 0.5,
      colour: divergingColour(-1),
    });
    expect(mark.rows[1]).toMatchObject({
      left: 0.5,
      right: 1.5,
      colour: divergingColour(0.5),
    });
  });
  it("share a limit between panels, and are white where everything is zero", () => {
    expect(figures.cells({ rows, x: "x", y: "y", value: "w", limit: 4 }).rows[1].colour).toBe(
      divergingColour(0.25),
    );
    expect(
      figures.cells({ rows: [{ x: 0, y: 0, w: 0 }], x: "x", y: "y", value: "w" }).rows[0].colour,
    ).toBe("#ffffff");
  });
  it("refuse a value that is no number and a limit that is not positive", () => {
    expect(() =>
      figures.cells({ rows: [{ x: 0, y: 0, w: "a" }], x: "x", y: "y", value: "w" }),
    ).toThrow(ConfigError);
    expect(() => figures.cells({ rows, x: "x", y: "y", value: "w", limit: 0 })).toThrow(
      "limit is 0",
    );
  });
  it("compile without a warning", async () => {
    const marks = [figures.cells({ rows, x: "x", y: "y", value: "w" })];
    const figure = figures.layer({
      id: "test2000-fig1",
      title: "cells",
      x: { title: "x" },
      y: { title: "y" },
      marks,
    });
    expect(await figures.renderSvg(figure)).toContain(divergingColour(0.5));
  });
});

describe("arrows with feet", () => {
  it("start there; the head is on the far side", () => {
    const { rows } = figures.arrows({
      rows: [{ a: 2, b: 1, c: 2, d: 3 }],
      foot: { x: "a", y: "b" },
      x: "c",
      y: "d",
      head: 0.5,
    });
    expect(rows[0]).toMatchObject({ startX: 2, startY: 1, endX: 2, endY: 3 });
    for (const barb of rows.slice(1)) {
      expect(barb).toMatchObject({ startX: 2, startY: 3 });
      expect(barb.endY as number).toBeLessThan(3);
    }
  });
});

describe("cube", () => {
  it("has twelve edges and eight corners, and compiles", async () => {
    const panel = figures.cube("a filter", [1, -1, 0, 0, 0, 0, 0.5, 0], 1);
    expect(
      panel.marks
        .flat()
        .map((mark) => mark.kind)
        .filter((kind) => kind === "path"),
    ).toHaveLength(12);
    expect(panel.marks.flat().find((mark) => mark.kind === "cells")?.rows).toHaveLength(8);
    await figures.renderSvg(
      figures.grid({ id: "test2000-fig1", title: "cube", columns: 1, panels: [panel] }),
    );
    expect(() => figures.cube("seven", [1, 2, 3, 4, 5, 6, 7], 1)).toThrow("7 weights");
  });
});
