import { figures } from "phaselens";
import { ConfigError } from "phaselens/core";
import { describe, expect, it } from "vitest";
import * as vega from "vega";
import { compile } from "vega-lite";
import { brushed } from "./examples.js";

/** Opacities of all symbols, bars and rules, in the order of the scene. */
function opacities(view: vega.View): number[] {
  const found: number[] = [];
  const visit = (
    item: { items?: unknown[]; opacity?: number; datum?: Record<string, unknown> },
    depth: number,
  ): void => {
    if (item.datum?.kappa !== undefined && item.opacity !== undefined) found.push(item.opacity);
    for (const child of item.items ?? []) visit(child as typeof item, depth + 1);
  };
  visit((view.scenegraph() as unknown as { root: Parameters<typeof visit>[0] }).root, 0);
  return found;
}

describe("a brush along an x field", () => {
  it("dims the rows outside the interval in every panel that has the field, and nothing without an interval", async () => {
    const { spec } = compile(structuredClone(brushed.spec) as Parameters<typeof compile>[0]);
    const view = new vega.View(vega.parse(spec), { renderer: "none" });
    await view.runAsync();
    const before = opacities(view);
    expect(new Set(before)).toEqual(new Set([1, 0.5]));
    // What the mouse writes: the interval [0, 0.2] of the first panel
    view.insert("brush_store", {
      unit: "brush_1",
      fields: [{ channel: "x", field: "kappa", type: "R" }],
      values: [[0, 0.2]],
    });
    await view.runAsync();
    const after = opacities(view);
    const dimmed = after.filter((opacity) => opacity < 0.2).length;
    expect(after.length).toBe(before.length);
    expect(dimmed).toBe((3 / 4) * after.length); // three of four rows, whatever the panel
  });

  it("leaves a picture as it is without", async () => {
    const svg = await figures.renderSvg(brushed);
    expect(svg).not.toContain('opacity="0.12"');
    expect(svg.split('opacity="0.5"').length - 1).toBe(4);
  });

  it("is refused unless two panels share the field along x", () => {
    const panel = {
      x: { title: "x" },
      y: { title: "y" },
      marks: [figures.points({ rows: [{ a: 1, b: 2 }], x: "a", y: "b" })],
    };
    expect(() =>
      figures.grid({ id: "dawid2021-fig1a", title: "t", columns: 1, brush: "a", panels: [panel] }),
    ).toThrow(ConfigError);
    expect(() =>
      figures.grid({
        id: "dawid2021-fig1a",
        title: "t",
        columns: 1,
        brush: "b",
        panels: [panel, panel],
      }),
    ).toThrow(/"b" shall link panels/);
  });
});
