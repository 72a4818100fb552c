import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figures } from "phaselens";
import { ConfigError } from "phaselens/core";
import { logTicks, symlogTicks } from "phaselens/internal/figures/charts/ticks";

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

describe("log ticks", () => {
  it("are powers of ten, and 2 and 5 times these where two decades or less are drawn", () => {
    expect(logTicks([2e-6, 0.4], true)).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1]);
    expect(logTicks([3, 80], true)).toEqual([1, 2, 5, 10, 20, 50, 100]);
    expect(logTicks([3, 80], false)).toEqual([5, 10, 20, 50]);
    expect(logTicks([1e-3, 0.1], false)).toEqual([1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1]);
  });

  it("skip decades where there are many", () => {
    expect(logTicks([1e-16, 1], false)).toEqual([
      1e-16, 1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 0.01, 1,
    ]);
  });

  it("ascend from above 0, whatever the domain", () => {
    const end = fc.double({ min: 5e-324, max: 1.7e308, noNaN: true });
    fc.assert(
      fc.property(end, end, fc.boolean(), (a, b, nice) => {
        const ticks = logTicks([Math.min(a, b), Math.max(a, b)], nice);
        expect(ticks.length).toBeLessThanOrEqual(11);
        ticks.forEach((tick, n) => expect(tick).toBeGreaterThan(n > 0 ? ticks[n - 1] : 0));
      }),
    );
  });

  it("refuse what has no logarithm", () => {
    expect(() => logTicks([0, 1], true)).toThrow(ConfigError);
    expect(() => logTicks([1, Infinity], true)).toThrow(ConfigError);
  });
});

/** Texts of the ticks of a y axis. */
async function tickTexts(y: figures.Axis): Promise<string[]> {
  const rows = [
    { x: 0, y: y.ticks![0] },
    { x: 1, y: y.ticks![y.ticks!.length - 1] },
  ];
  const figure = figures.layer({
    id: "test2000-fig1",
    title: "",
    x: { title: "x", ticks: [] },
    y,
    height: 1000,
    marks: [figures.points({ rows, x: "x", y: "y" })],
  });
  const svg = await figures.renderSvg(figure);
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text).slice(1, -1);
}

describe("numbers at ticks", () => {
  it.each([
    [
      { scale: "log", ticks: [1e-300, 1e-12, 2e-5, 1e-4, 0.1, 1, 1500, 1e5, 2.5e6, 1e15] },
      ["10⁻³⁰⁰", "10⁻¹²", "2 × 10⁻⁵", "0.0001", "0.1", "1", "1500", "100000", "2.5 × 10⁶", "10¹⁵"],
    ],
    [
      { scale: "symlog", constant: 1e-6, ticks: [-1e7, -2e-6, 0, 2e-6, 3] },
      ["−10⁷", "−2 × 10⁻⁶", "0", "2 × 10⁻⁶", "3"],
    ],
    [{ format: ".1~e", ticks: [-2e-5, 0, 2e-5] }, ["−2 × 10⁻⁵", "0", "2 × 10⁻⁵"]],
    [{ ticks: [0, 2e-7, 4e-7] }, ["0", "2 × 10⁻⁷", "4 × 10⁻⁷"]],
    [{ ticks: [0, 0.5, 1] }, ["0.0", "0.5", "1.0"]],
    [{ format: ".2f", ticks: [0, 1] }, ["0.00", "1.00"]],
  ] as const)("%o", async (axis, expected) => {
    expect(await tickTexts({ title: "y", ...axis })).toEqual(expected);
  });
});
