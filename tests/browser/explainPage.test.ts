import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { buildPage, pagePath } from "../../environment/explain-page/page.mjs";
import { describeWithBrowser } from "../support/browser.js";
import { whole } from "../support/whole.js";
import { digitFiles, regressionFiles, taggerFiles, treeFiles } from "../support/explainedFiles.js";

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
      { timeout: 150_000 },
    );
    return (await page.textContent(".progress > [role=status]"))!;
  };

  /** Parts that did not fit into half a minute here, one after the other. */
  const computeRest = async (): Promise<void> => {
    for (;;) {
      const button = page.locator("button[id^=compute-]").first();
      if ((await button.count()) === 0) return;
      await button.click();
      expect(await done()).toMatch(/^Done/);
    }
  };

  /** Drops files, as a hand does, and starts without correcting anything; all of it is computed. */
  const drop = async (paths: readonly string[]): Promise<void> => {
    await page.setInputFiles("#files", [...paths]);
    await page.waitForSelector("#explain");
    await page.selectOption("#option-parts", "all");
    await page.click("#explain");
    await page.waitForSelector(".point section figure", { timeout: 150_000 });
  };
  const text = (selector: string): Promise<string | null> => page.textContent(selector);
  const complaints = (): Promise<(string | null)[]> =>
    page.$$eval("[role=alert] .note", (all) => all.map((one) => one.textContent));

  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "phaselens-explain-"));
    await buildPage();
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(async () => {
    await context.close();
    expect(errors.splice(0)).toEqual([]);
  });

  /** Of models and data of further kinds, which tests/slow/whole.test.ts has. */
  const further: (title: string, body: () => Promise<void>, patience: number) => void = whole
    ? it
    : () => {};

  it("explains its example by one click, with first answers early", async () => {
    await open();
    await page.click("#example");
    await page.waitForSelector(".point", { timeout: 10_000 });
    expect(await done()).toMatch(/^Done/);
    await computeRest();
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
    // a class keeps its name as it is: u and U may be two
    expect(words).toMatch(/The prediction becomes .+ after a change of/);
    await page.waitForSelector(".plate svg");
    expect(await findings(page)).toEqual([]);
  }, 180_000);

  further(
    "explains and audits a TensorFlow.js network on digits, with pictures, and finds the wrong labels",
    async () => {
      await open({ colorScheme: "dark" });
      await drop(digitFiles(folder));
      await done();
      expect(await complaints()).toEqual([]);
      // the two that were put in are among the first of 100
      const suspects = await page.$$eval("ol.cards li", (all) =>
        all.map((one) => /Row (\d+)/.exec(one.textContent)![1]),
      );
      expect(suspects).toEqual(expect.arrayContaining(["3", "14"]));
      expect(await page.$$eval(".point canvas", (all) => all.length)).toBeGreaterThan(4);
      expect(await text(".results")).toContain("Can influence be trusted here?");
      expect(await findings(page)).toEqual([]);
    },
    180_000,
  );

  further(
    "explains and audits an ONNX tagger with several inputs, on a narrow screen",
    async () => {
      await open({ viewport: { width: 400, height: 800 } });
      await drop(taggerFiles(folder));
      await done();
      expect(await complaints()).toEqual([]);
      // it was guessed from the last layer and shown
      expect(await page.inputValue("#option-loss")).toBe("cross-entropy");
      expect(await text(".point")).toContain("tracks");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(400);
      expect(await findings(page)).toEqual([]);
    },
    180_000,
  );

  it("explains boosted trees; hostile names of columns and classes do nothing", async () => {
    await open();
    await drop(await treeFiles(folder));
    await done();
    expect(await complaints()).toEqual([]);
    expect(await page.inputValue("#option-target-column")).toBe("label");
    expect(await page.$$eval("main img, main script, main b", (all) => all.length)).toBe(0);
    const words = (await text("main"))!;
    expect(words).toContain("<b>signal</b>");
    expect(words).toContain("\\u202e");
    expect(words.replace(/\\u[0-9a-f]{4}/g, "")).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(1280);
    expect(await findings(page)).toEqual([]);
  }, 180_000);

  further(
    "reads tables with decimal commas once that is said",
    async () => {
      await open();
      const files = regressionFiles(mkdtempSync(join(folder, "comma-")));
      for (const path of files.filter((name) => name.endsWith(".csv"))) {
        const rows = readFileSync(path, "utf8").split("\n");
        writeFileSync(
          path,
          `\uFEFF${rows.map((row) => row.replaceAll(",", ";").replaceAll(".", ",")).join("\n")}`,
        );
      }
      await page.setInputFiles("#files", files);
      await page.selectOption("#option-parts", "none");
      await page.click("#explain");
      await page.waitForSelector("[role=alert] .note");
      expect((await complaints()).join()).toContain("decimal comma");
      await page.click("text=More");
      await page.selectOption("#option-decimal", ",");
      await page.click("#explain");
      await page.waitForSelector(".point section figure", { timeout: 60_000 });
      expect(await complaints()).toEqual([]);
    },
    120_000,
  );

  further(
    "explains and audits a regression by keyboard alone, and can be stopped",
    async () => {
      await open();
      await page.setInputFiles("#files", regressionFiles(folder));
      await page.waitForSelector("#explain");
      await page.focus("#explain");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".point section figure");
      await done();
      await computeRest();
      const other = page.locator("button.row[aria-pressed=false]").first();
      const row = await other.textContent();
      await other.focus();
      await page.keyboard.press("Enter");
      await page.waitForFunction(
        (wanted) => document.querySelector("#row-title")!.textContent.startsWith(`Row ${wanted}:`),
        row,
      );
      expect(await page.evaluate(() => document.activeElement!.id)).toBe("row-title");
      // the title comes before what takes time
      await page.waitForSelector(".point section figure");
      // f = Σ R + rest, in numbers
      const [f, sum, rest] = /is (\S+) = (\S+) \(relevance of the input\) ([+−] \S+)/
        .exec((await text(".point"))!)!
        .slice(1)
        .map((part) => Number(part.replace("−", "-").replace(/[+\s]/g, "")));
      expect(f).toBeCloseTo(sum + rest, 1);
      await page.fill("#search", row!);
      expect(await text(".tools + .meta")).toBe("1 found");
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.click("#save-points-csv"),
      ]);
      expect(readFileSync(await download.path(), "utf8").split("\n")).toHaveLength(62);
      await page.click("summary");
      await page.click("#explain");
      // from inside: in two seconds the work is over, and its button under no pointer
      await page.$eval(".work button", (button) => (button as HTMLElement).click());
      expect(await done()).toMatch(/^Stopped|^Done/);
    },
    180_000,
  );

  it("shows what phaselens explain found, on loopback until it is interrupted", async () => {
    const [model, , points, training] = regressionFiles(folder);
    const out = join(folder, "explanation");
    const command = fileURLToPath(new URL("../../lib/bin/phaselens.mjs", import.meta.url));
    const files = ["--model", model, "--data", points, "--train", training, "--out", out];
    const asked = ["--target-column", "target", "--points", "3,5", "--parts", "none", "--serve"];
    const running = spawn(process.execPath, [command, "explain", ...files, ...asked]);
    let printed = "";
    running.stdout.on("data", (text: Buffer) => (printed += text.toString()));
    const ended = new Promise((resolve) => running.on("exit", resolve));
    await expect
      .poll(() => printed, { timeout: 120_000, interval: 200 })
      .toMatch(/http:\/\/127\.0\.0\.1:\d+\//);
    const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed)![0];
    context = await newContext({});
    page = await context.newPage();
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(address);
    await page.waitForSelector(".tabulator-row");
    await page.fill("#search", "5");
    await page.click("button.row:text-is('5')");
    await page.waitForSelector(".point section figure");
    expect(await text("#row-title")).toMatch(/^Row 5:/);
    expect((await fetch(address, { method: "POST" })).status).toBe(404);
    running.kill("SIGINT");
    expect(await ended).toBe(0);
    await page.goto(pathToFileURL(join(out, "explain.html")).href);
    await page.waitForSelector(".tabulator-row");
  }, 180_000);
});
