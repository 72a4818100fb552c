import { figures } from "phaselens";
import { ConfigError } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { extent } from "phaselens/internal/figures/marks/mark";

describe("arrows", () => {
  const rows = [{ u: 3, v: 4, name: "a" }];

  it("are a shaft from the origin and two barbs that end on either side of it, as long as the head", () => {
    const strokes = figures.arrows({ rows, x: "u", y: "v", head: 0.5 }).rows as Record<
      string,
      number
    >[];
    expect(strokes).toHaveLength(3);
    expect(strokes[0]).toMatchObject({ startX: 0, startY: 0, endX: 3, endY: 4, name: "a" });
    const barbs = strokes
      .slice(1)
      .map(({ startX, startY, endX, endY }) => [endX - startX, endY - startY]);
    for (const [dx, dy] of barbs) {
      expect(Math.hypot(dx, dy)).toBeCloseTo(0.5, 12);
      // backwards, 0.4 rad off the shaft
      expect((dx * 3 + dy * 4) / (0.5 * 5)).toBeCloseTo(-Math.cos(0.4), 12);
    }
    const side = barbs.map(([dx, dy]) => Math.sign(3 * dy - 4 * dx));
    expect(side[0]).toBe(-side[1]);
  });

  it("have heads no longer than half of them, and survive a vector of length 0", () => {
    const strokes = figures.arrows({
      rows: [
        { u: 0.2, v: 0 },
        { u: 0, v: 0 },
      ],
      x: "u",
      y: "v",
      head: 1,
    }).rows as Record<string, number>[];
    expect(Math.hypot(strokes[1].endX - 0.2, strokes[1].endY)).toBeCloseTo(0.1, 12);
    for (const { endX, endY } of strokes.slice(3))
      expect([endX, endY].map(Math.abs)).toEqual([0, 0]);
  });

  it("refuse a head without length and a component that is not a number", () => {
    expect(() => figures.arrows({ rows, x: "u", y: "v", head: 0 })).toThrow(ConfigError);
    expect(() => figures.arrows({ rows, x: "u", y: "name", head: 1 })).toThrow(
      "row 0 has the tip (u, name) = (3, a)",
    );
  });

  it("span the axes that are left to the data from the origin to the tips", () => {
    const mark = figures.arrows({ rows, x: "u", y: "v", head: 0.1 });
    const { spec } = figures.layer({
      id: "dawid2021-fig1b",
      title: "A vector",
      x: { title: "x" },
      y: { title: "y" },
      marks: [mark],
    });
    expect(JSON.stringify(spec)).toContain('"y2":{"field":"endY"}');
    expect(extent(mark, "y")).toEqual([0, 4]);
    expect(extent(mark, "x")).toEqual([0, 3]);
  });
});

describe("path", () => {
  it("numbers its rows, so that they are joined in their own order and not in that of x", () => {
    const square = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
      [0, 0],
    ].map(([x, y]) => ({ x, y }));
    const mark = figures.path({ rows: square, x: "x", y: "y" });
    expect(mark.rows.map((row) => row["place on path"])).toEqual([0, 1, 2, 3, 4]);
    expect(mark.encoding).toMatchObject({ order: { field: "place on path" } });
    expect(square[0]).not.toHaveProperty("place on path");
  });
});
