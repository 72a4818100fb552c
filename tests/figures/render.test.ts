import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Resvg } from "@resvg/resvg-js";
import { afterAll, describe, expect, it } from "vitest";
import { figures } from "phaselens";
import { ConfigError, toRows } from "phaselens/core";
import { libraryAlone } from "../support/libraryAlone.js";
import { captureDisplay } from "./captureDisplay.js";
import { decodePng, type Image } from "./decodePng.js";
import { charts, examples, influence, orderParameter, withErrors } from "./examples.js";
import { makeFigure } from "phaselens/internal/figures/charts/figure";
import { renderPng } from "phaselens/internal/figures/output/render";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "phaselens-figures-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Dark pixels in the lowest `height` rows: there stands the title of the x axis and nothing else.
 */
function darkAtBottom(image: Image, height: number): number {
  let count = 0;
  for (let y = image.height - height; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) if (image.grey(x, y) < 100) count++;
  }
  return count;
}

/** Two SVGs; shows the first difference and not the hundred kilobytes around it. */
function expectSame(actual: string, expected: string): void {
  let at = 0;
  while (at < expected.length && actual[at] === expected[at]) at++;
  expect(actual.slice(at, at + 80)).toBe(expected.slice(at, at + 80));
}

describe("SVG", () => {
  it.each(examples)("of $id is the same bytes each time", async (figure) => {
    const first = await figures.renderSvg(figure);
    expect(first.startsWith("<svg ")).toBe(true);
    expectSame(await figures.renderSvg(figure), first);
  });

  it("is the same bytes in another process, language and time zone", async () => {
    const script = `import * as figures from "phaselens/figures"; import { readFileSync } from "node:fs";
      process.stdout.write(await figures.renderSvg(JSON.parse(readFileSync(0, "utf8"))));`;
    const child = run(process.execPath, ["--input-type=module", "-e", script], {
      env: { ...process.env, TZ: "Pacific/Kiritimati", LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" },
      maxBuffer: 1e8,
    });
    child.child.stdin?.end(JSON.stringify(influence));
    expectSame((await child).stdout, await figures.renderSvg(influence));
  });

  it("shows titles, axis titles and names of phases as text", async () => {
    const svg = await figures.renderSvg(influence);
    for (const text of [
      influence.title,
      "V₁ / J",
      "RelatIF I_R",
      "(f) test point V₁ / J = 39",
      "CDW-I",
      "most helpful",
    ])
      expect(svg.includes(`>${text}<`), text).toBe(true);
  });

  it("leaves the spec as it was", async () => {
    const before = JSON.stringify(orderParameter.spec);
    await figures.renderSvg(orderParameter);
    expect(JSON.stringify(orderParameter.spec)).toBe(before);
  });

  it("draws any text that a file may hold, and refuses one that is a file", async () => {
    const body = (text: string): object => ({
      data: { values: [{ x: 1, s: text }] },
      mark: "point",
      encoding: {
        x: { field: "x", type: "quantitative", title: text },
        color: { field: "s", type: "nominal" },
      },
    });
    for (const text of ["a\u0000b", "\u001b[31m", "\u0085", "\ud800", "\udc00x", "\uffff"]) {
      const svg = await figures.renderSvg(makeFigure("dawid2021-fig2", text, body(text) as never));
      expect(svg).toContain("\ufffd");
      // eslint-disable-next-line no-control-regex
      expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff\uffff]/);
    }
    const emoji = "σ \u{1f642}";
    expect(await figures.renderSvg(makeFigure("dawid2021-fig2", emoji, body(emoji)))).toContain(
      emoji,
    );
    const long = "n".repeat(50_000);
    for (const call of [
      () => makeFigure("dawid2021-fig2", long, body("a")),
      () => makeFigure("dawid2021-fig2", "a", body(long)),
    ])
      expect(call).toThrow(/50000 characters.*Shorten it/);
  });

  it("reads no address and no local file, whatever a spec asks for", async () => {
    let asked = 0;
    const server = createServer((_, response) => void (asked++, response.end('[{"x": 1}]')));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    const { port } = server.address() as AddressInfo;
    const file = join(folder, "secret.json");
    writeFileSync(file, '[{"x": 1}]');
    const drawn = (body: object): Promise<string> =>
      figures.renderSvg(makeFigure("dawid2021-fig2", "Asks", body as never));
    const picture = (url: string): object => ({
      data: { values: [{}] },
      mark: { type: "image", url, width: 9, height: 9 },
    });
    try {
      for (const url of [`http://127.0.0.1:${port}/a.json`, file, `file://${file}`]) {
        await expect(drawn({ data: { url }, mark: "bar", encoding: {} })).rejects.toThrow(
          /data are read from no address and no file/,
        );
        expect(await drawn(picture(url))).not.toContain(url);
      }
      const inside = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
      expect(await drawn(picture(inside))).toContain(inside);
      expect(asked).toBe(0);
    } finally {
      server.close();
    }
  });

  it("refuses a spec that Vega-Lite would draw differently from what it says", async () => {
    const body = {
      data: { values: [{ x: 1 }] },
      mark: "bar",
      encoding: { x: { field: "x", type: "quantitative" }, shape: { field: "x", type: "nominal" } },
    };
    await expect(figures.renderSvg(makeFigure("dawid2021-fig2", "Wrong", body))).rejects.toThrow(
      ConfigError,
    );
  });
});

describe("PNG", () => {
  it.each(charts)(
    "of $id has the SVG's size twice over, a white corner and letters under the x axis",
    async (figure) => {
      const svg = await figures.renderSvg(figure);
      const [, width, height] = (/width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []).map(Number);
      const image = decodePng(await renderPng(figure));
      expect([image.width, image.height]).toEqual([2 * width, 2 * height]);
      expect(image.grey(0, 0)).toBe(255);
      expect(darkAtBottom(image, 30)).toBeGreaterThan(50);
    },
  );

  it("has its letters from our own fonts: the same drawing without any has none there", async () => {
    const bare = new Resvg(await figures.renderSvg(withErrors), {
      background: "white",
      fitTo: { mode: "zoom", value: 2 },
      font: { loadSystemFonts: false },
    });
    expect(darkAtBottom(decodePng(bare.render().asPng()), 30)).toBe(0);
    expect(darkAtBottom(decodePng(await renderPng(withErrors)), 30)).toBeGreaterThan(50);
  });

  it("draws a thousand points in six panels within seconds", { timeout: 10_000 }, async () => {
    const v = Array.from({ length: 1000 }, (_, n) => n / 25);
    const rows = toRows({
      v,
      phase: v.map((x) => (x > 1 ? "CDW-I" : "LL")),
      influence: v.map((x) => Math.sin(x)),
    });
    const panels = [1, 2, 3, 4, 5, 6].map((testPoint) => ({
      marks: [figures.influenceMarks({ rows, x: "v", y: "influence", testPoint })],
    }));
    const figure = figures.grid({
      id: "dawid2021-fig3",
      title: "Large",
      columns: 3,
      panels,
      x: { title: "V₁ / J", scale: "symlog" },
      y: { title: "I" },
    });
    expect((await renderPng(figure)).length).toBeGreaterThan(10_000);
  });
});

describe("a missing package", () => {
  const root = dirname(createRequire(import.meta.url).resolve("phaselens/package.json"));
  const message = (name: string): string =>
    `MissingPackageError: Drawing a figure needs the package ${name}, which is not installed. Run: npm install ${name}`;
  const script = `import { renderPng } from "./dist/figures/output/render.js";
    const spec = { data: { values: [{}] }, mark: "point" };
    await renderPng({ id: "dawid2021-fig2", title: "A title", spec }).then(() => console.log("drawn"), (error) => console.log(error.name + ": " + error.message));`;

  it.each([
    { installed: [], missing: "vega" },
    { installed: ["vega"], missing: "vega-lite" },
    { installed: ["vega", "vega-lite"], missing: "@resvg/resvg-js" },
  ])(
    "$missing is named together with the command that installs it",
    async ({ installed, missing }) => {
      const alone = mkdtempSync(join(folder, "alone-"));
      libraryAlone(alone, { present: installed, missing: [missing] });
      const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
        cwd: alone,
      });
      expect(stdout.trim()).toBe(message(missing));
    },
  );

  it("the fonts are found as files, which fails with another code and the same message", async () => {
    const { optionalPackage } = (await import(
      join(root, "dist/figures/output/optionalPackage.js")
    )) as {
      optionalPackage(name: string, load: () => unknown): Promise<unknown>;
    };
    const nowhere = (): string =>
      createRequire(import.meta.url).resolve("no-such-package/ttf/font.ttf");
    await expect(optionalPackage("dejavu-fonts-ttf", nowhere)).rejects.toThrow(
      message("dejavu-fonts-ttf").replace("MissingPackageError: ", ""),
    );
    const broken = (): never => {
      throw new TypeError("a fault inside the package");
    };
    await expect(optionalPackage("vega", broken)).rejects.toThrow(TypeError);
  });
});

describe("show", () => {
  it("sends one bundle: spec, PNG, title and id", async () => {
    const shown = await captureDisplay(() => figures.show(orderParameter));
    expect(shown).toHaveLength(1);
    const [bundle] = shown;
    expect(Object.keys(bundle).sort()).toEqual([
      "application/vnd.phaselens.figure+json",
      "application/vnd.vegalite.v5+json",
      "image/png",
      "text/plain",
    ]);
    expect(bundle["application/vnd.vegalite.v5+json"]).toEqual(orderParameter.spec);
    expect(bundle["text/plain"]).toBe(orderParameter.title);
    expect(bundle["application/vnd.phaselens.figure+json"]).toEqual({
      id: orderParameter.id,
      title: orderParameter.title,
    });
    expect(Buffer.from(bundle["image/png"] as string, "base64")).toEqual(
      Buffer.from(await renderPng(orderParameter)),
    );
  });

  it("does nothing outside a notebook but check the figure", async () => {
    await expect(figures.show(orderParameter)).resolves.toBeUndefined();
  });
});

describe("save", () => {
  it("writes spec, SVG and PNG under the figure's id into a folder that it makes", async () => {
    const into = join(folder, "figures", "new");
    const paths = await figures.save(orderParameter, into);
    expect(readdirSync(into).sort()).toEqual([
      "dawid2021-fig2a.json",
      "dawid2021-fig2a.png",
      "dawid2021-fig2a.svg",
    ]);
    expect(paths.every((path) => path.startsWith(into))).toBe(true);
    expect(JSON.parse(readFileSync(join(into, "dawid2021-fig2a.json"), "utf8"))).toEqual(
      orderParameter.spec,
    );
    expectSame(
      readFileSync(join(into, "dawid2021-fig2a.svg"), "utf8"),
      await figures.renderSvg(orderParameter),
    );
  });

  it("writes nothing if the figure cannot be drawn", async () => {
    const into = join(folder, "figures", "none");
    const wrong = makeFigure("dawid2021-fig2", "Wrong", {
      mark: "nonsense",
      data: { values: [] },
    });
    await expect(figures.save(wrong, into)).rejects.toThrow();
    expect(() => readdirSync(into)).toThrow(/ENOENT/);
  });
});
