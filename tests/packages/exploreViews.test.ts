import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { makeRng, row, tensor, type Tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { describeWithBrowser } from "../support/browser.js";

interface Plot {
  readonly data: Record<string, unknown>[];
  readonly layout: {
    updatemenus?: { buttons: unknown[] }[];
    scene: Record<string, { title: string }>;
  };
}
// environment/ is JavaScript without declarations.
const load = async (name: string): Promise<unknown> =>
  import(/* @vite-ignore */ new URL(`../../environment/explore/${name}.mjs`, import.meta.url).href);
const { fieldPlot } = (await load("fields")) as {
  fieldPlot(all: { kappa: number; shape: number[]; field: Float64Array }[]): Plot;
};
const { jetsPlot } = (await load("jets")) as {
  jetsPlot(seen: { x: Tensor; truth: Record<string, Float64Array>; margin: Float64Array }): Plot;
};

describe("what npm run explore can show besides the loss", () => {
  it("a field: every site at its place with its value, one phase at a time", () => {
    const field = Float64Array.from({ length: 24 }, (_, k) => k - 10);
    const { data, layout } = fieldPlot([
      { kappa: -0.3, shape: [2, 3, 4], field },
      { kappa: 0.3, shape: [2, 3, 4], field },
    ]);
    expect(data.map(({ visible }) => visible)).toEqual([true, false]);
    expect(layout.updatemenus![0].buttons).toHaveLength(2);
    const { x, y, z, marker } = data[0] as {
      x: number[];
      y: number[];
      z: number[];
      marker: { color: number[] };
    };
    field.forEach((value, site) =>
      expect([12 * x[site] + 4 * y[site] + z[site], marker.color[site]]).toEqual([site, value]),
    );
  });

  it("jets: each once, in the class it truly is of, along principal components", () => {
    const rng = makeRng(1, "jets");
    const n = 60;
    const x = tensor(
      [n, 4],
      Float64Array.from({ length: 4 * n }, (_, p) => rng.normal() * [5, 3, 1, 0.1][p % 4]),
    );
    const truth = {
      signal: Float64Array.from({ length: n }, (_, k) => (k < 30 ? 1 : 0)),
      bottomHadrons: Float64Array.from({ length: n }, (_, k) => (k < 40 ? 2 : 0)),
      charmHadrons: Float64Array.from({ length: n }, (_, k) => k % 2),
      pt: new Float64Array(n),
      mass: new Float64Array(n),
    };
    const { data, layout } = jetsPlot({ x, truth, margin: new Float64Array(n) });
    expect(data.map(({ name }) => name)).toEqual([
      "H → bb̄ (30)",
      "QCD with two or more b hadrons (10)",
      "QCD with charm, no b (10)",
      "other QCD (10)",
    ]);
    // The first component is nearly the first axis, up to its sign
    const first = (data[0].x as number[]).map(Math.abs);
    first.forEach((value, k) => expect(Math.abs(value - Math.abs(row(x, k)[0]))).toBeLessThan(2));
    expect(layout.scene.xaxis.title).toMatch(/component 1, \d+ % of the variance/);
  });

  it("refuses a view that there is not", async () => {
    const child = spawn(
      process.execPath,
      [
        fileURLToPath(new URL("../../environment/explore.mjs", import.meta.url)),
        "walls",
        "--no-open",
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    let errors = "";
    child.stderr.on("data", (part) => (errors += part));
    expect((await once(child, "close"))[0]).toBe(2);
    expect(errors).toBe('There is no view "walls" to show. Name one of loss, field, jets.\n');
  });
});

describeWithBrowser("npm run explore in a browser", (browser) => {
  it("is drawn by plotly without a word from outside, and ends with the tab's data sent", async () => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL("exploreBowl.mjs", import.meta.url)), "--no-open"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    const page = await browser().newPage();
    const outside: string[] = [];
    try {
      let text = "";
      child.stdout.on("data", (part) => (text += part));
      while (!/http:\/\/\S+/.test(text)) await new Promise((next) => setTimeout(next, 50));
      const url = /http:\/\/\S+/.exec(text)![0];
      page.on(
        "request",
        (request) =>
          request.url().startsWith(url) ||
          /^(data|blob|ws):/.test(request.url()) ||
          outside.push(request.url()),
      );
      await page.goto(url);
      await page.waitForSelector(".js-plotly-plot .main-svg", { timeout: 30_000 });
      await page.waitForSelector("text=A quadratic bowl");
      expect(outside).toEqual([]);
    } finally {
      await page.close();
      child.kill("SIGINT");
    }
    expect((await once(child, "close"))[0]).toBe(0);
  });
});
