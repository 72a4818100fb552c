import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { figures } from "phaselens";
import { ConfigError } from "phaselens/core";
import { decodePng } from "./decodePng.js";
import { examples } from "./examples.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-print-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = Array.from({ length: 30 }, (_, n) => ({
  x: n,
  y: Math.exp(-n),
  phase: n % 2 === 0 ? "AFM" : "a series of somebody's own",
}));
const points = figures.points({ rows, x: "x", y: "y", series: { field: "phase" } });
const gridOf = (columns: number, id: string = "report-print"): figures.Figure =>
  figures.grid({
    id,
    title: "",
    columns,
    x: { title: "t / a" },
    y: { title: "C(t)", scale: "log" },
    panels: Array.from({ length: 2 * columns }, () => ({ marks: [points] })),
  });

/** What the first tag of an SVG says of its size, and the sizes of its letters. */
function sizes(svg: string): { mm: number[]; pixels: number[]; letters: Set<string> } {
  const head = /^<svg [^>]*>/.exec(svg)![0];
  return {
    mm: [...head.matchAll(/ (?:width|height)="([0-9.]+)mm"/g)].map(([, value]) => Number(value)),
    pixels: /viewBox="0 0 ([0-9.]+) ([0-9.]+)"/.exec(head)!.slice(1).map(Number),
    letters: new Set([...svg.matchAll(/font-size="([^"]*)"/g)].map(([, size]) => size)),
  };
}

describe("a figure of a width in millimetres", () => {
  it.each([
    ["one column", 1, 86],
    ["one column, two panels in a row", 2, 86],
    ["two columns", 2, 178],
    ["a slide", 3, 330],
  ])("%s: frames take the room, letters keep their size", async (_, columns, width) => {
    const figure = gridOf(columns);
    const [path] = await figures.save(figure, folder, { width, formats: ["svg"] });
    const { mm, pixels, letters } = sizes(readFileSync(path, "utf8"));
    expect(mm[0]).toBe(width);
    expect(mm[1] / mm[0]).toBeCloseTo(pixels[1] / pixels[0], 4);
    expect(Math.abs(pixels[0] - (width * 96) / 25.4)).toBeLessThan(3);
    expect(letters).toEqual(sizes(await figures.renderSvg(figure)).letters);
  });

  it.each(examples)(
    "$id fits two columns of a journal, or says why it does not",
    async (figure) => {
      const saved = figures.save(figure, folder, { width: 178, formats: ["svg"] });
      const svg = await saved.then(
        ([path]) => readFileSync(path, "utf8"),
        (error: unknown) => expect(error).toBeInstanceOf(ConfigError),
      );
      if (svg !== undefined) expect(sizes(svg).mm[0]).toBe(178);
    },
  );

  it("is refused where panels have no room", async () => {
    await expect(figures.save(gridOf(4), folder, { width: 50 })).rejects.toThrow(
      /50 mm leave its panels less than 60 pixels of width. Take more millimetres/,
    );
  });
});

describe("the files", () => {
  it("are those asked for, in their order", async () => {
    const paths = await figures.save(gridOf(1), folder, { formats: ["pdf", "json"] });
    expect(paths.map((path) => basename(path))).toEqual(["report-print.pdf", "report-print.json"]);
  });

  it("a PNG has the pixels an inch that are asked for", async () => {
    const options = { width: 86, formats: ["png"], resolution: 150 } as const;
    const [path] = await figures.save(gridOf(1), folder, options);
    expect(Math.abs(decodePng(readFileSync(path)).width - (86 / 25.4) * 150)).toBeLessThan(3);
  });

  it("a PDF is a page of that size, with its font inside, the same bytes each time", async () => {
    const options = { width: 86, formats: ["pdf", "svg"] } as const;
    const [path, svg] = await figures.save(gridOf(1), folder, options);
    const first = readFileSync(path);
    const text = first.toString("latin1");
    const box = /\/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]/.exec(text)!.slice(1).map(Number);
    const { mm } = sizes(readFileSync(svg, "utf8"));
    expect(box[0]).toBeCloseTo((86 / 25.4) * 72, 1);
    expect(box[1]).toBeCloseTo((mm[1] / 25.4) * 72, 1);
    expect(text).toMatch(/\/FontName \/[A-Z]+\+DejaVuSans/);
    expect(text.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(1);
    await figures.save(gridOf(1), folder, options);
    expect(readFileSync(path).equals(first)).toBe(true);
  });

  it("without a title there is none, and the room is the chart's", async () => {
    const titled = figures.layer({
      id: "report-titled",
      title: "A title",
      x: { title: "t / a" },
      y: { title: "C(t)" },
      marks: [points],
    });
    const { title, ...rest } = titled.spec as { title?: object };
    expect(title).toBeDefined();
    const bare = figures.layer({
      id: "report-titled",
      title: "",
      x: { title: "t / a" },
      y: { title: "C(t)" },
      marks: [points],
    });
    expect(bare.spec).toEqual(rest);
    const [high, low] = await Promise.all([titled, bare].map(figures.renderSvg));
    expect(sizes(low).pixels[1]).toBeLessThan(sizes(high).pixels[1]);
  });
});
