import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { figures } from "phaselens";
import { describe, expect, it } from "vitest";
import { glyphWidths } from "phaselens/internal/figures/marks/glyphWidths";

const font = readFileSync(
  createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
);

describe("glyphWidths", () => {
  const width = glyphWidths(font);
  const units = (character: string): number =>
    Math.round(2048 * width(character.codePointAt(0) as number));
  it("reads the advance widths that the font's makers publish (2048 units to the em)", () => {
    expect(units("i")).toBe(569);
    expect(units("m")).toBe(1995);
    expect(units("0")).toBe(1303);
    expect(units(" ")).toBe(651);
  });
  it("knows the letters of physics", () => {
    for (const letter of "κφλ₁₀⁻⟨⟩∇ℜ") expect(units(letter), letter).toBeGreaterThan(300);
    expect(units("1")).toBe(units("9"));
  });
  it("gives a character that the font lacks the width of glyph 0", () =>
    expect(units("\u{1F600}")).toBe(units("\uFFFE")));
  it("says which table a damaged font lacks", () => {
    const without = font.subarray(0, 12);
    expect(() =>
      glyphWidths(Uint8Array.from([...without.subarray(0, 4), 0, 0, ...without.subarray(6)])),
    ).toThrow("has no table head");
  });
});

describe("a figure's size", () => {
  const wide = (title: string) =>
    figures.layer({
      id: "test2000-fig1",
      title,
      x: { title: "x" },
      y: { title: "y" },
      marks: [
        figures.points({
          rows: [
            { x: 0, y: 0 },
            { x: 1, y: 1 },
          ],
          x: "x",
          y: "y",
        }),
      ],
    });
  it("follows the width of its title as drawn, not .8 of the font size for each letter", async () => {
    const size = async (title: string) =>
      Number(/width="(\d+)/.exec(await figures.renderSvg(wide(title)))?.[1]);
    const letters = 120;
    const narrow = await size("i".repeat(letters));
    expect(narrow).toBeLessThan(0.8 * 14 * letters * 0.6);
    expect((await size("m".repeat(letters))) - narrow).toBeGreaterThan(14 * letters * 0.3);
  });
});
