import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figures } from "phaselens";
import { ConfigError } from "phaselens/core";
import { symlogTicks } from "phaselens/internal/figures/charts/axis";

describe("symlog ticks", () => {
  it("label 0 … 40 as the paper's axis needs it", () => {
    expect(symlogTicks([0, 40])).toEqual([0, 0.5, 1, 2, 5, 10, 20, 40]);
  });

  it("mirror for negative values and scale with the constant", () => {
    expect(symlogTicks([-10, 10])).toEqual([-10, -5, -2, -1, -0.5, 0, 0.5, 1, 2, 5, 10]);
    expect(symlogTicks([0, 0.02], 1e-3)).toEqual([0, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02]);
  });

  it("ascend and stay within the domain, whatever it is", () => {
    const end = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(end, end, fc.double({ min: 1e-6, max: 1e3, noNaN: true }), (a, b, constant) => {
        fc.pre(a !== b);
        const domain: [number, number] = [Math.min(a, b), Math.max(a, b)];
        const ticks = symlogTicks(domain, constant);
        expect(ticks.length).toBeGreaterThan(0);
        ticks.forEach((tick, n) => {
          expect(tick).toBeGreaterThanOrEqual(domain[0]);
          expect(tick).toBeLessThanOrEqual(domain[1]);
          if (n > 0) expect(tick).toBeGreaterThan(ticks[n - 1]);
        });
      }),
    );
  });

  it("do not repeat an end that is a tick already, however narrow the domain", () => {
    expect(symlogTicks([-5e-324, 0], 0.1)).toEqual([-5e-324, 0]);
  });

  it("refuse an unbounded domain instead of running on", () => {
    expect(() => symlogTicks([0, Infinity])).toThrow(ConfigError);
    expect(() => symlogTicks([0, 1], 0)).toThrow(ConfigError);
  });
});

describe("an axis with exponents", () => {
  it("says 0 where others say 0e+0, and nothing else changes", async () => {
    const rows = [
      { x: 0, y: -2e-5 },
      { x: 1, y: 2e-5 },
    ];
    const axis = { title: "y", format: ".1~e", ticks: [-2e-5, 0, 2e-5] };
    const figure = figures.layer({
      id: "test2000-fig1",
      title: "t",
      x: { title: "x" },
      y: axis,
      marks: [figures.points({ rows, x: "x", y: "y" })],
    });
    const svg = await figures.renderSvg(figure);
    expect(svg).toContain(">2e-5<");
    expect(svg).not.toContain("0e+0");
  });
});

describe("an axis with names", () => {
  const rows = [
    { x: 1, y: 1 },
    { x: 2, y: 3 },
  ];
  const panel = { y: { title: "y" }, marks: [figures.bars({ rows, x: "x", y: "y" })] };
  const numbers = Array.from({ length: 9 }, (_, k) => k + 1);
  const x = {
    title: "feature",
    domain: [0, 10] as const,
    ticks: numbers,
    names: numbers.map((k) => `"feature" ${k}`),
  };
  const few = { ...x, ticks: [1, 2], names: ["feature one", "feature two"] };

  it("writes each at its tick, upright along x where they are many, and the grid leaves room for them", async () => {
    const figure = figures.grid({
      id: "test2000-fig1",
      title: "t",
      columns: 1,
      panels: [
        { x, ...panel },
        { x: { title: "x" }, ...panel },
      ],
    });
    const svg = await figures.renderSvg(figure);
    for (const name of x.names) expect(svg).toContain(`>${name}<`);
    expect(svg).toMatch(/rotate\(270\)[^>]*>"feature" 9</);
    expect(
      await figures.renderSvg(figures.layer({ id: "test2000-fig1", title: "t", x: few, ...panel })),
    ).not.toMatch(/rotate\(270\)[^>]*>feature/);
    const plain = await figures.renderSvg(
      figures.grid({
        id: "test2000-fig2",
        title: "t",
        columns: 1,
        panels: [
          { x: { title: "x" }, ...panel },
          { x: { title: "x" }, ...panel },
        ],
      }),
    );
    const height = (text: string): number => Number(/height="(\d+)"/.exec(text)![1]);
    expect(height(svg)).toBeGreaterThan(height(plain) + 40);
  });

  it("refuses names without a tick for each", () => {
    const make = (axis: figures.Axis) =>
      figures.layer({ id: "test2000-fig1", title: "t", x: axis, ...panel });
    expect(() => make({ ...x, ticks: undefined })).toThrow(
      'the axis "feature" has 9 names, but no ticks. Give a tick for each name.',
    );
    expect(() => make({ ...x, ticks: [1] })).toThrow("9 names, but 1 ticks");
  });
});
