import { describe, expect, it } from "vitest";
import { figures } from "phaselens";
import { seriesStyles, divergingScale } from "phaselens/internal/figures/colours/palette";

/** Relative luminance, WCAG 2.1: what is left of a colour for somebody who sees none. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe("the palette", () => {
  it("gives a phase the same look whatever else is in the figure", () => {
    const [alone] = seriesStyles(["CDW-I"]);
    expect(seriesStyles(["12 sites", "LL", "CDW-I"])[2]).toEqual(alone);
    expect(alone.colour).toBe(figures.palette["CDW-I"]);
  });

  it.each([
    ["LL", "CDW-I", "most helpful", "most harmful"],
    ["LL", "LL, other sign", "CDW-I", "CDW-I, other sign", "most helpful", "most harmful"],
    ["LL", "CDW-I", "most helpful", "most harmful", "negative sign"],
    ["AFM", "PM", "FM"],
    ["a", "b", "c", "d", "e", "f", "g"],
  ])("draws series that meet in one figure with different shapes: %s, %s, %s …", (...names) => {
    expect(new Set(seriesStyles(names).map((style) => style.shape)).size).toBe(names.length);
  });

  const some = (count: number): string[] => Array.from({ length: count }, (_, k) => `series ${k}`);
  const lab = (colour: string): number[] => {
    // straight from the definition, in another order than the library: D65, sRGB
    const [r, g, b] = [1, 3, 5]
      .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    const f = (t: number): number =>
      t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29;
    const [x, y, z] = [
      f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505),
      f(0.2126 * r + 0.7152 * g + 0.0722 * b),
      f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089),
    ];
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  const distance = (a: string, b: string): number =>
    Math.hypot(...lab(a).map((value, k) => value - lab(b)[k]));

  it("never gives two series colours that look alike, and refuses more than it can tell apart", () => {
    for (const names of [
      some(10),
      ["AFM", "PM", "FM", ...some(6)],
      ["LL", "CDW-I", ...some(7)],
      ["LEES", ...some(7)],
    ]) {
      const colours = seriesStyles(names).map((style) => style.colour);
      for (let i = 0; i < colours.length; i++)
        for (let j = i + 1; j < colours.length; j++)
          expect(distance(colours[i], colours[j])).toBeGreaterThan(15);
    }
    expect(() => seriesStyles(some(11))).toThrow(
      /11 series[^]*10 can be told apart[^]*several panels/,
    );
  });

  it("keeps the two phases of the chain apart in grey", () => {
    const [bright, dark] = [luminance(figures.palette.LL), luminance(figures.palette["CDW-I"])];
    expect((bright + 0.05) / (dark + 0.05)).toBeGreaterThan(2);
  });

  it("knows each lattice observable by one look, that of its phase for an order parameter", () => {
    const [m, ms] = seriesStyles(["|M|", "|M_s|"]).map((style) => style.colour);
    expect([m, ms]).toEqual([figures.palette.FM, figures.palette.AFM]);
    expect(
      seriesStyles(["anything", "M_s", "M"])
        .map((style) => style.colour)
        .slice(1),
    ).toEqual([ms, m]);
  });

  it.each([
    // Figs. 4 and 5
    ["|M|", "|M_s|", "G_c(0)", "G_c(t > 0)", "training set", "test set", "Cramér-Rao bound"],
    [
      "|M|",
      "|M_s|",
      "learnt FM filter",
      "learnt AFM filter",
      "O_PM",
      "O_PM staggered",
      "learnt PM filter",
    ], // Fig. 9
    ["M", "M_s", "nearest neighbours", "diagonal neighbours"],
    ["AFM", "PM", "FM", "training set", "test set", "Cramér-Rao bound"], // Fig. 6
  ])(
    "draws what meets in a figure of Blücher et al. in colours that can be told apart: %s, %s, %s …",
    (...names) => {
      const colours = seriesStyles(names).map((style) => style.colour);
      for (let i = 0; i < names.length; i++) {
        for (let j = i + 1; j < names.length; j++)
          expect(distance(colours[i], colours[j]), `${names[i]}, ${names[j]}`).toBeGreaterThan(20);
      }
    },
  );

  it("takes no meaning from names of object members", () => {
    expect(seriesStyles(["constructor", "toString"]).map((style) => style.colour)).toEqual(
      seriesStyles(["a", "b"]).map((style) => style.colour),
    );
  });

  it("centres the diverging scale at 0 and survives an all-zero map", () => {
    expect(divergingScale([-0.1, 0.5, 0.2]).domain).toEqual([-0.5, 0.5]);
    expect(divergingScale([-3, 1]).domain).toEqual([-3, 3]);
    expect(divergingScale([0, 0]).domain).toEqual([-1, 1]);
  });
});
