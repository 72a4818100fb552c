import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { libraryAlone } from "../support/libraryAlone.js";
import { runNode } from "../support/runNode.js";
import { chainModel, classes, nasty, tableModel } from "./fixtures.js";
import { phaselensIn, scratch } from "./folder.js";
import { relevanceFigure } from "phaselens/internal/report/relevanceFigure";

const folder = scratch();
const phaselens = phaselensIn(folder);
const call = [
  "--model",
  "table.json",
  "--data",
  "test.csv",
  "--target-column",
  "flavour",
  "--classes",
  classes.join(","),
  "--train",
  "train.csv",
  "--l2",
  "0.02",
  "--title",
  `Quarks ${nasty}`,
];
let page = "";
beforeAll(async () => {
  tableModel(folder);
  chainModel(folder);
  const { code, stderr } = await phaselens("explain", ...call, "--out", "table");
  expect(code, stderr).toBe(0);
  page = readFileSync(join(folder, "table/report.html"), "utf8");
});

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);
/** Chromium without a window, on a page of this folder. */
const browse = (...args: string[]): string =>
  spawnSync(
    chromium!,
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--hide-scrollbars",
      `--user-data-dir=${join(folder, "browser")}`,
      ...args,
    ],
    { encoding: "utf8", cwd: folder, maxBuffer: 2 ** 26 },
  ).stdout;

describe("the report", () => {
  it("fetches nothing: no address of another host in the page, and nothing in it that could load", () => {
    expect(/https?:|\/\/[\w-]+\.[\w.-]+|@import/.exec(page)).toBeNull();
    const linked = [...page.matchAll(/\b(?:src|href|xlink:href|action|data)\s*=\s*"([^"]*)"/g)].map(
      (match) => match[1],
    );
    expect(linked.length).toBeGreaterThan(4);
    for (const target of linked) expect(target).toMatch(/^#[\w-]+$/);
    expect(/<(script|iframe|object|embed|link|form|base)\b/i.exec(page)).toBeNull();
    expect(page.includes("default-src &#39;none&#39;")).toBe(true);
  });

  it("escapes names of columns, classes, network and title wherever they stand", () => {
    expect(page.includes("<script")).toBe(false);
    expect(
      page.match(/&lt;script&gt;alert\(&quot;x&quot;\)&lt;\/script&gt;/g)!.length,
    ).toBeGreaterThan(2);
    // what is left of a tag without the values of its attributes are their names
    const tags = [...page.matchAll(/<[a-z][^>"]*(?:"[^"]*"[^>"]*)*>/gi)].map(([tag]) =>
      tag.replace(/"[^"]*"/g, ""),
    );
    expect(tags.length).toBeGreaterThan(100);
    expect(tags.filter((tag) => /\son\w+/i.test(tag))).toEqual([]);
  });

  it("has ids that occur once, and links and clip paths that lead to one", () => {
    const ids = [...page.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/(?:url\(|href=")#([^)"]+)/g))
      expect(ids).toContain(target);
  });

  it("shows the numbers of the JSON, what they mean, and where they come from", () => {
    const { points, provenance } = JSON.parse(
      readFileSync(join(folder, "table/explanation.json"), "utf8"),
    ) as { points: { predicted: number }[]; provenance: { files: { sha256: string }[] } };
    for (const { sha256 } of provenance.files) expect(page.includes(sha256)).toBe(true);
    expect(page.includes(`<td>${classes[points[0].predicted]} (`)).toBe(true);
    for (const section of [
      "points",
      "relevance",
      "conservation",
      "influence",
      "trust",
      "provenance",
    ])
      expect(page.includes(`<section id="${section}">`), section).toBe(true);
    const found = /I\(z.*\)/.exec(page)?.[0];
    expect(found).toContain("I(z<sub>r</sub>, z) = (1/n) ∇L(z)ᵀ (H + λ1)⁻¹ ∇L(z<sub>r</sub>)");
  });

  it.skipIf(!chromium)(
    "opens in a browser without a network: all charts are there, and no script of a column's name ran",
    () => {
      const dom = browse("--dump-dom", pathToFileURL(join(folder, "table/report.html")).href);
      expect(dom.match(/<svg /g)).toHaveLength(7);
      expect(dom.includes("<script")).toBe(false);
      browse(
        "--window-size=390,900",
        `--screenshot=${join(folder, "phone.png")}`,
        pathToFileURL(join(folder, "table/report.html")).href,
      );
      const png = readFileSync(join(folder, "phone.png"));
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([390, 900]);
    },
  );

  it("draws by the shape of the input: bars, lines, maps, and sums over the axes beyond", () => {
    const figure = (shape: number[], names?: string[]): { mark?: unknown; spec: string } => {
      const count = shape.reduce((product, extent) => product * extent, 1);
      const relevance = { shape, data: Float64Array.from({ length: count }, (_, p) => p - 3) };
      const { spec } = relevanceFigure({
        id: "report-x",
        title: "x",
        quantity: "R",
        relevance,
        input: relevance,
        names,
      });
      return { mark: (spec as { mark?: { type?: string } }).mark, spec: JSON.stringify(spec) };
    };
    expect(figure([3], ["a", "b", "c"]).mark).toMatchObject({ type: "bar" });
    expect(figure([64]).spec).toContain('"line"');
    expect(figure([1, 16]).spec).toContain('"line"');
    expect(figure([2, 5, 6]).spec).toContain('"rect"');
    // of [1, 2, 2, 2] the sum over the first axis of space: entries 0 and 4 lie over each other
    expect(figure([1, 2, 2, 2]).spec).toContain(`{"row":0,"column":0,"value":${0 - 3 + (4 - 3)}}`);
  });

  it("without the packages that draw is written all the same, and says what to install", async () => {
    const alone = join(folder, "alone");
    libraryAlone(alone, { missing: ["vega", "vega-lite"] });
    const { code, stderr, stdout } = await runNode(
      pathToFileURL(join(alone, "bin/phaselens.mjs")),
      ["explain", ...call, "--out", "plain"],
      { cwd: folder },
    ).ended;
    expect([code, stdout.split(":")[0]], stderr).toEqual([0, "plain/report.html"]);
    expect(stderr.split("\n").filter((line) => line.includes("npm install"))).toEqual([
      "explain: Charts are left out without vega, vega-lite, @resvg/resvg-js, dejavu-fonts-ttf. Run: npm install vega vega-lite @resvg/resvg-js dejavu-fonts-ttf",
    ]);
    expect(existsSync(join(folder, "plain/charts"))).toBe(false);
    expect(readFileSync(join(folder, "plain/report.html"), "utf8")).toContain("npm install vega");
  });

  it("keeps to its folder, whatever the data are called", async () => {
    writeFileSync(join(folder, "..%2f..%2fevil.csv"), readFileSync(join(folder, "test.csv")));
    const { code, stderr } = await phaselens(
      "explain",
      "--model",
      "table.json",
      "--data",
      "..%2f..%2fevil.csv",
      "--target-column",
      "flavour",
      "--classes",
      classes.join(","),
      "--out",
      "kept",
      "--json",
    );
    expect(code, stderr).toBe(0);
    const { written } = JSON.parse(readFileSync(join(folder, "kept/explanation.json"), "utf8")) as {
      written: string[];
    };
    for (const name of written)
      expect(name).toMatch(/^(charts\/)?[a-z0-9-]+\.(npy|json|html|svg|png)$/);
  });
});
