import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { figures } from "phaselens";
import { gallery } from "../../environment/gallery/gallery.mjs";
import { isLive, livePage } from "../../environment/gallery/live/live.mjs";
import { provenance } from "../environment/provenance.js";
import { describeWithBrowser } from "../support/browser.js";

const rows = [0.01, 0.1, 1].flatMap((damping) =>
  Array.from({ length: 1000 }, (_, x) => ({ damping, x, y: Math.sin(x / 50) / damping })),
);
const figure = figures.layer({
  id: "report-live",
  title: "<b>Damped</b>",
  x: { title: "x" },
  y: { title: "y" },
  marks: [figures.points({ rows, x: "x", y: "y" })],
  slider: { field: "damping", title: "λ − |E₀|", value: 0.1 },
});

describeWithBrowser("a figure of the gallery that hangs on a number", (browser) => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "phaselens-live-"));
    mkdirSync(join(folder, "figures"));
    writeFileSync(join(folder, "figures", "report-live.html"), await livePage(figure));
    const shown = { ...figure, png: null, file: "report-live", live: isLive(figure) };
    const entry = {
      name: "report-live",
      paper: "report",
      title: "Damped",
      text: "Text.",
      figures: [{ ...shown, svg: await figures.renderSvg(figure) }],
      claims: [],
      failures: [],
      provenance: provenance({ notebook: "report-live" }),
    };
    writeFileSync(join(folder, "index.html"), gallery([entry]));
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is turned in its place, from disk, and says its value", async () => {
    const context = await browser().newContext({ viewport: { width: 1100, height: 900 } });
    await context.setOffline(true);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(pathToFileURL(join(folder, "index.html")).href);
    expect(await page.locator("figure img").count()).toBe(1);
    await page.click("text=turn its slider");
    const frame = page.frameLocator("figure iframe");
    const slider = frame.getByRole("slider", { name: "λ − |E₀|" });
    await slider.waitFor({ timeout: 20_000 });
    const canvas = frame.locator("canvas");
    const before = await canvas.screenshot();
    await slider.press("ArrowRight");
    await expect.poll(async () => (await canvas.screenshot()).equals(before)).toBe(false);
    expect(errors).toEqual([]);
    await context.close();
  }, 60_000);

  it("is the static figure with a link where scripts are off", async () => {
    const context = await browser().newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(folder, "index.html")).href);
    expect(await page.locator("figure img").count()).toBe(1);
    expect(await page.getAttribute("a.turn", "href")).toBe("figures/report-live.html");
    await context.close();
  });

  it("a search has an address", async () => {
    const context = await browser().newContext();
    const page = await context.newPage();
    const address = pathToFileURL(join(folder, "index.html")).href;
    await page.goto(`${address}#search?words=no+such+figure`);
    expect(await page.inputValue("#words")).toBe("no such figure");
    expect(await page.locator("article:visible").count()).toBe(0);
    await page.fill("#words", "damped text");
    expect(page.url()).toBe(`${address}#search?words=damped+text`);
    expect(await page.locator("article:visible").count()).toBe(1);
    await context.close();
  });
});
