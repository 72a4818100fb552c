import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeAll, expect, it } from "vitest";
import { buildPage, pagePath } from "../../environment/explain-page/page.mjs";
import { describeWithBrowser } from "../support/browser.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe says of a page, in short. */
async function findings(page: Page): Promise<string[]> {
  // the page lets no script in but its own; evaluation through the debugger is not under its policy
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: { run(): Promise<unknown> } }).axe;
    const { violations } = (await run()) as {
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
    };
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`,
    );
  });
}

describeWithBrowser("the page that explains, from disk and without a network", (browser) => {
  let context: BrowserContext;
  let page: Page;
  const errors: string[] = [];

  const open = async (options: Parameters<typeof newContext>[0] = {}): Promise<void> => {
    context = await newContext(options);
    await context.setOffline(true);
    page = await context.newPage();
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("dialog", (dialog) => {
      errors.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on(
      "request",
      (request) =>
        /^(file|data|blob):/.test(request.url()) || errors.push(`asked for ${request.url()}`),
    );
    await page.goto(pathToFileURL(pagePath).href);
  };
  const newContext = (
    options: Parameters<ReturnType<typeof browser>["newContext"]>[0],
  ): Promise<BrowserContext> => browser().newContext(options);
  const done = async (): Promise<string> => {
    await page.waitForFunction(
      () =>
        /^(Done|Stopped)/.test(document.querySelector(".progress > [role=status]")!.textContent),
      undefined,
      { timeout: 60_000 },
    );
    return (await page.textContent(".progress > [role=status]"))!;
  };

  beforeAll(async () => {
    await buildPage();
  }, 300_000);
  afterEach(async () => {
    await context.close();
    expect(errors.splice(0)).toEqual([]);
  });

  it("explains its example by one click, with first answers early", async () => {
    await open();
    await page.click("#example");
    await page.waitForSelector(".point", { timeout: 10_000 });
    expect(await done()).toMatch(/^Done/);
    expect(
      await page.$$eval("[role=alert] .note", (all) => all.map((one) => one.textContent)),
    ).toEqual([]);
    const words = (await page.textContent(".results"))!;
    for (const part of [
      "Labels to check",
      "The rows the model is least sure of",
      "Relevance by class",
      "Is the relevance faithful?",
      "Can influence be trusted here?",
      "Training rows behind it",
      "What would change the prediction",
    ])
      expect(words).toContain(part);
    await page.waitForSelector(".plate svg");
    expect(await findings(page)).toEqual([]);
  }, 60_000);
});
