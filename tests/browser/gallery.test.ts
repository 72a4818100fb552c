import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { gallery } from "../../environment/gallery/gallery.mjs";
import { provenance } from "../environment/provenance.js";
import { describeWithBrowser } from "../support/browser.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
type Entries = Parameters<typeof gallery>[0];

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="320"><rect width="640" height="320" fill="#fff"/><circle cx="320" cy="160" r="90" fill="#0072b2"/></svg>`;
/**
 * What was shipped of the same claim, of one that says other numbers, and of one that the run did
 * not make.
 */
function shippedBeside(
  name: string,
  title: string,
  pass: boolean | null,
): NonNullable<Entries[number]["shipped"]> {
  const claim = (statement: string): Entries[number]["claims"][number] => ({
    figure: name,
    statement,
    kind: pass === null ? "reported" : "identity",
    value: 0.123456,
    expected: "> 0.1",
    pass: pass === null ? null : true,
  });
  const rest = [claim("made at standard alone")];
  const partners = [claim(`statement about ${title} with 24 seeds`)];
  const shipped = {
    code: "0123456789ab",
    studies: {},
    versions: { phaselens: "0.1.0", node: "20.19.0" },
    machine: "linux x64, a processor, 2 cores",
    date: "2026-01-02",
    seeds: [1, 2, 3],
    cost: { seconds: 12, cpuSeconds: 20, cache: { found: 1, made: 2 } },
    claims: [...partners, ...rest],
  };
  return { shipped, partners, rest, caveats: ["the notebook's code has changed since"] };
}
const entry = (
  name: string,
  paper: string,
  title: string,
  pass: boolean | null,
): Entries[number] => ({
  name,
  paper,
  title,
  text: "**The paper says.** Relevance lies on staggered filters, $\\kappa > 0.2$.",
  figures: [
    { id: name, title: `${title}: chart`, spec: {}, png: null, file: name, svg, live: false },
  ],
  claims: [
    {
      figure: name,
      statement: `statement about ${title}`,
      kind: pass === null ? "reported" : "physics",
      value: 0.5,
      expected: "> 0.1",
      pass,
    },
  ],
  failures: [],
  provenance: provenance({ notebook: name }),
  shipped: name.startsWith("dawid") ? undefined : shippedBeside(name, title, pass),
});
const entries = [
  entry("dawid2021-fig3", "dawid2021", "Influence finds the outliers", true),
  entry("bluecher2020-fig5", "bluecher2020", "Relevance of filters", null),
  entry("neubauer2022-fig1a", "neubauer2022", "Features that a tagger needs", false),
];

describeWithBrowser("the gallery in a browser", (browser) => {
  let folder: string;
  let page: Page;
  const errors: string[] = [];
  const open = async (
    options: Parameters<ReturnType<typeof browser>["newPage"]>[0] = {},
  ): Promise<void> => {
    page = await browser().newPage(options);
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on(
      "request",
      (request) =>
        /^(file|data|blob):/.test(request.url()) || errors.push(`asked for ${request.url()}`),
    );
    await page.goto(pathToFileURL(join(folder, "index.html")).href);
  };
  const visible = (): Promise<(string | null)[]> =>
    page.$$eval("article", (all) =>
      all.filter((one) => !(one as HTMLElement).hidden).map((one) => one.getAttribute("id")),
    );

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "phaselens-gallery-"));
    writeFileSync(join(folder, "index.html"), gallery(entries));
  });
  afterEach(async () => {
    await page.close();
    expect(errors).toEqual([]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("finds notebooks by words, paper and verdict, and says how many", async () => {
    await open();
    await page.fill("#words", "CHART relevance");
    // the text of each speaks of relevance
    expect(await visible()).toEqual(["dawid2021-fig3", "bluecher2020-fig5", "neubauer2022-fig1a"]);
    await page.fill("#words", "outliers");
    expect([await visible(), await page.textContent("#status")]).toEqual([
      ["dawid2021-fig3"],
      "1 of 3 notebooks",
    ]);
    await page.click("#clear");
    await page.selectOption("#verdict", "reported");
    expect(await visible()).toEqual(["bluecher2020-fig5"]);
    await page.selectOption("#paper", "neubauer2022");
    expect([await visible(), await page.isVisible("#none")]).toEqual([[], true]);
    await page.selectOption("#verdict", "differs");
    expect(await visible()).toEqual(["neubauer2022-fig1a"]);
    await page.selectOption("#verdict", "reported");
    expect(
      await page.$$eval(
        ".contents li",
        (all) => all.filter((one) => !(one as HTMLElement).hidden).length,
      ),
    ).toBe(0);
  });

  it("is walked through by keys and keeps its theme", async () => {
    await open();
    await page.keyboard.press("j");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(
      "Influence finds the outliers",
    );
    await page.keyboard.press("j");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(
      "Relevance of filters",
    );
    await page.keyboard.press("/");
    await page.keyboard.type("jk");
    expect(await page.inputValue("#words")).toBe("jk");
    await page.keyboard.press("Escape");
    expect(await page.inputValue("#words")).toBe("");
    const paper = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await page.keyboard.press("t");
    await page.keyboard.press("t");
    expect([await page.textContent("#theme"), (await paper()) === light]).toEqual([
      "Theme: dark",
      false,
    ]);
    await page.reload();
    expect(await page.textContent("#theme")).toBe("Theme: dark");
  });

  it.each(["light", "dark"] as const)(
    "has no fault that axe finds, in %s and on a phone",
    async (colorScheme) => {
      for (const viewport of [
        { width: 1280, height: 900 },
        { width: 390, height: 844 },
      ]) {
        await page?.close();
        await open({ colorScheme, viewport });
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
        ).toBeLessThanOrEqual(0);
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => {
          const run = (
            window as unknown as {
              axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
            }
          ).axe;
          return (await run.run()).violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
          );
        });
        expect(violations).toEqual([]);
      }
    },
    60_000,
  );

  it("is complete without JavaScript", async () => {
    await open({ javaScriptEnabled: false });
    expect(await page.isVisible("#tools")).toBe(false);
    expect(await page.isVisible("article >> text=statement about Relevance of filters")).toBe(true);
  });
});
