import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithBrowser } from "../support/browser.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pictures = join(root, ".cache", "screenshots");
// Inside the project, so that cells find the library; copies, since JupyterLab saves what it runs
const folder = `jupyterlab-${process.pid}`;
const installed = existsSync(join(root, ".venv", "bin", "jupyter-lab"));
const token = "phaselens";

const cell = (source: string): object => ({
  cell_type: "code",
  id: `c${source.length}`,
  metadata: {},
  execution_count: null,
  outputs: [],
  source,
});
const small = {
  cells: [
    cell('import { core, papers, figures } from "phaselens";'),
    cell(
      'figures.display({ mean: 0.1234, error: 0.0021, tauInt: 0.7, n: 300 }, { title: "magnetisation" });\npapers.dawid2021.cnn()',
    ),
    cell(
      'const line = core.progress("steps", 40);\nfor (let k = 1; k <= 40; k++) { await new Promise((next) => setTimeout(next, 25)); line.tick(k); }\nline.done();',
    ),
    cell(
      [
        "const rows = [-0.3, -0.1, 0.1, 0.3].map((kappa) => ({ kappa: kappa, a: kappa * kappa, b: 1 - kappa }));",
        'await figures.show(figures.grid({ id: "bluecher2020-fig1", title: "Linked panels", columns: 2, brush: "kappa", x: { title: "κ" }, panels: [',
        '  { y: { title: "a" }, marks: [figures.points({ rows: rows, x: "kappa", y: "a", size: 90 })] },',
        '  { y: { title: "b" }, marks: [figures.points({ rows: rows, x: "kappa", y: "b", size: 90 })] },',
        "] }));",
      ].join("\n"),
    ),
  ],
  metadata: {
    kernelspec: { display_name: "TypeScript (phaselens)", language: "typescript", name: "tslab" },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

async function answers(url: string, patience: number): Promise<void> {
  const end = Date.now() + patience;
  for (;;) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    if (Date.now() > end) throw new Error(`nothing answers at ${url}`);
    await new Promise((next) => setTimeout(next, 300));
  }
}

if (!installed)
  describe("notebooks in JupyterLab", () =>
    it.skip("needs JupyterLab: npm run lab -- --version installs it", () => {}));
else
  describeWithBrowser("notebooks in JupyterLab", (browser) => {
    let lab: ChildProcess;
    let address: string;
    let page: Page;

    beforeAll(async () => {
      mkdirSync(pictures, { recursive: true });
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, "small.ipynb"), JSON.stringify(small));
      copyFileSync(
        join(root, "notebooks", "dawid2021", "fig2.ipynb"),
        join(root, folder, "dawid2021-fig2.ipynb"),
      );
      const port = await freePort();
      address = `http://127.0.0.1:${port}`;
      const options = [
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        `--port=${port}`,
        `--IdentityProvider.token=${token}`,
        "--ServerApp.port_retries=0",
      ];
      lab = spawn(process.execPath, [join(root, "environment", "lab.mjs"), ...options], {
        cwd: root,
        stdio: "ignore",
      });
      await answers(`${address}/api/status?token=${token}`, 120_000);
    }, 180_000);

    afterAll(async () => {
      await page?.close();
      const ended = new Promise((resolve) => lab.once("exit", resolve));
      lab.kill("SIGTERM");
      await ended;
      rmSync(join(root, folder), { recursive: true, force: true });
    }, 30_000);

    const kernelName = "TypeScript (phaselens)";
    /** Says yes to whatever covers the page: a slow kernel makes JupyterLab ask. */
    async function dismissDialogs(): Promise<void> {
      for (let count = 0; count < 5; count++) {
        const dialog = page.locator("dialog.jp-Dialog, div.jp-Dialog").last();
        if (!(await dialog.isVisible())) return;
        // asked for before the session is there, it offers Python first
        const kernels = dialog.locator("select");
        if (await kernels.isVisible()) await kernels.selectOption({ label: kernelName });
        await dialog
          .locator(".jp-mod-accept")
          .click({ timeout: 5_000 })
          .catch(() => page.keyboard.press("Escape"));
        await page.waitForTimeout(300);
      }
    }

    /** Chooses Run, Run All Cells, also past a dialog that comes up in between. */
    async function runAllCells(): Promise<void> {
      for (let attempt = 1; ; attempt++) {
        await dismissDialogs();
        try {
          await page.click("text=Run >> nth=0", { timeout: 10_000 });
          await page.click('.lm-Menu-item[data-command="runmenu:run-all"]', { timeout: 10_000 });
          return;
        } catch (error) {
          if (attempt === 4) throw error;
        }
      }
    }

    /** Opens a notebook, runs all its cells and waits until none is running or waiting. */
    async function run(name: string): Promise<void> {
      await page?.close();
      page = await browser().newPage({ viewport: { width: 1500, height: 1800 } });
      await page.goto(`${address}/lab/tree/${folder}/${name}?token=${token}&reset`);
      await page.waitForSelector(".jp-Notebook .jp-CodeCell", { timeout: 60_000 });
      await page.waitForSelector(".jp-Notebook-ExecutionIndicator[data-status=idle]", {
        timeout: 60_000,
      });
      // A kernel that JupyterLab has just connected to may lose a request: whoever sees that runs
      // the cells again
      for (let attempt = 1; ; attempt++) {
        await runAllCells();
        const finished = page.waitForFunction(
          () => {
            const prompts = Array.from(
              document.querySelectorAll(".jp-CodeCell .jp-InputArea-prompt"),
              (one) => one.textContent ?? "",
            );
            return prompts.length > 0 && prompts.every((text) => /\[\d+\]/.test(text));
          },
          undefined,
          { timeout: 90_000 },
        );
        if (
          await finished.then(
            () => true,
            (error: unknown) => {
              if (attempt === 3) throw error;
              return false;
            },
          )
        )
          break;
      }
      await page.waitForTimeout(1500); // what the last cell showed is drawn
    }

    it("a figure of a paper runs without an error and is drawn by Vega", async () => {
      await run("dawid2021-fig2.ipynb");
      expect(
        await page
          .locator(
            '.jp-OutputArea-output:is([data-mime-type="application/vnd.jupyter.stderr"], [data-mime-type="application/vnd.jupyter.error"])',
          )
          .allTextContents(),
      ).toEqual([]);
      expect(await page.locator(".vega-embed canvas, .vega-embed svg").count()).toBeGreaterThan(0);
      expect(await page.locator(".phaselens-claim").count()).toBeGreaterThan(0);
      await page
        .locator(".vega-embed")
        .first()
        .screenshot({ path: join(pictures, "jupyterlab-dawid2021-fig2.png") });
    }, 400_000);

    it("values are shown as tables, a progress bar ends in one line, a brush in one panel dims the other", async () => {
      await run("small.ipynb");
      const text = (await page.locator(".jp-OutputArea-output").allTextContents()).join("\n");
      for (const shown of ["0.1234 ± 0.0021", "740 parameters", "steps 40/40 in"])
        expect(text).toContain(shown);
      expect(await page.locator(".jp-OutputArea-output progress").count()).toBe(1);
      await page.screenshot({ path: join(pictures, "jupyterlab-values.png") });
      const chart = page.locator(".vega-embed").first();
      const canvas = chart.locator("canvas, svg").first();
      const before = await canvas.screenshot();
      const box = (await canvas.boundingBox())!;
      const [left, middle] = [box.x + 0.08 * box.width, box.y + 0.5 * box.height];
      await page.mouse.move(left + 0.02 * box.width, middle);
      await page.mouse.down();
      await page.mouse.move(left + 0.18 * box.width, middle, { steps: 8 });
      await page.mouse.up();
      await page.waitForTimeout(500);
      const right = {
        x: box.x + 0.52 * box.width,
        y: box.y + 40,
        width: 0.46 * box.width,
        height: box.height - 60,
      };
      const after = await page.screenshot({ clip: right });
      await page.keyboard.press("Escape");
      await chart.screenshot({ path: join(pictures, "jupyterlab-brush.png") });
      await page.mouse.dblclick(left + 0.1 * box.width, middle);
      await page.waitForTimeout(500);
      expect(after.equals(await page.screenshot({ clip: right }))).toBe(false); // dimmed, and back
      expect(before.length).toBeGreaterThan(0);
    }, 400_000);

    it("names are completed, and an interrupt ends what computes", async () => {
      // below what ran for the values above
      const last = page.locator(".jp-CodeCell .cm-content").last();
      await last.click();
      await page.keyboard.press("Escape");
      await page.keyboard.press("b"); // a cell below
      await page.keyboard.press("Enter");
      await page.keyboard.type("core.oneH");
      await page.keyboard.press("Tab");
      // a single name is written at once, several are offered
      await page.waitForFunction(
        () =>
          document.activeElement?.textContent?.includes("core.oneHot") ||
          Array.from(
            document.querySelectorAll(".jp-Completer-item"),
            (one) => one.textContent,
          ).some((text) => text?.includes("oneHot")),
        undefined,
        { timeout: 10_000 },
      );
      await page.screenshot({ path: join(pictures, "jupyterlab-completion.png") });
      await page.keyboard.press("Enter"); // takes what is offered
      await page.keyboard.press("Control+A");
      await page.keyboard.type("const kept = 7;\nfor (;;);");
      await page.keyboard.press("Control+Enter");
      await page.waitForTimeout(2000);
      await page.screenshot({ path: join(pictures, "jupyterlab-computing.png") });
      await page.keyboard.press("Escape");
      await page.keyboard.press("i");
      await page.keyboard.press("i"); // interrupts
      const error = page.locator(".jp-OutputArea-output", { hasText: "KeyboardInterrupt" });
      await error.waitFor({ timeout: 10_000 });
      expect(await error.textContent()).toContain("KeyboardInterrupt: the cell was interrupted.");
      await page.screenshot({ path: join(pictures, "jupyterlab-interrupt.png") });
    }, 400_000);
  });
