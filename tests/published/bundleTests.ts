import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../../environment/package/bundle.mjs";
import { describeWithBrowser } from "../support/browser.js";
import { compute, type Computed } from "./compute.mjs";

/**
 * What a user's bundler makes of the package, and whether that computes in a browser.
 * @param folder  from which `phaselens` is found
 */
export function bundleTests(folder: string): void {
  describe("a bundle of the package", () => {
    let built: Awaited<ReturnType<typeof bundle>>;
    beforeAll(async () => {
      for (const name of ["compute.mjs", "app.mjs"])
        cpSync(fileURLToPath(new URL(name, import.meta.url)), join(folder, name));
      built = await bundle(folder, "app.mjs");
    }, 60_000);

    it("is made by Vite without a warning, as one file of less than 172 kB gzipped", () => {
      expect(built.warnings).toEqual([]);
      expect(built.files).toHaveLength(1);
      expect(built.files[0].gzipped).toBeLessThan(172_000);
    });

    describeWithBrowser("in a browser", (browser) => {
      it("computes the numbers of Node: training, relevance, Hessian, influence, lattice, forest, taggers, jets", async () => {
        const page = await browser().newPage();
        const errors: string[] = [];
        page.on("pageerror", (error) => errors.push(String(error)));
        page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
        await page.route("**/*", (route) => {
          const path = new URL(route.request().url()).pathname.slice(1) || "index.html";
          return path === "favicon.ico"
            ? route.fulfill({ status: 204 })
            : route.fulfill({ path: join(built.folder, path) });
        });
        await page.goto("http://phaselens.test/");
        const found = (await (
          await page.waitForFunction("globalThis.computed", undefined, { timeout: 30_000 })
        ).jsonValue()) as Computed & { error?: string };
        await page.close();
        expect(found.error).toBeUndefined();
        expect(errors).toEqual([]);
        expect(found.wasm).toBe(true);
        expect(found.file).toMatch(
          /^EnvironmentError: reading a file needs node:fs, which is not there/,
        );
        const expected = (await compute()).numbers;
        expect(Object.keys(found.numbers)).toEqual(Object.keys(expected));
        for (const [name, numbers] of Object.entries(expected)) {
          const [here, there] = [flat(numbers), flat(found.numbers[name])];
          expect(here.every(Number.isFinite), name).toBe(true);
          expect(there.length, name).toBe(here.length);
          // both engines are V8, but of different versions, whose exp and log may differ in the
          // last digit
          const scale = Math.max(...here.map(Math.abs));
          expect(
            Math.max(...here.map((value, k) => Math.abs(value - there[k]))) / scale,
            name,
          ).toBeLessThan(1e-9);
        }
      });
    });
  });
}

/** All numbers in a tree of arrays and objects, in order. */
function flat(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(flat) : [];
}
