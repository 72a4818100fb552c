import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../lib/src", import.meta.url));
const order = ["core", "kernels", "linalg", "physics", "nn", "lrp", "hessian", "forest", "taggers", "figures", "interop", "generate", "papers", "studies", "report", "cli"];
// siblings at one level of the house do not know each other
const level = (folder: string): number => ({ physics: 3, nn: 3.5, lrp: 5, hessian: 5, forest: 5, taggers: 5 })[folder] ?? order.indexOf(folder);

const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts") && file.includes("/") && !file.includes("assembly"));

describe("the house", () => {
  it.each(files)("%s imports only folders below its own", (file) => {
    const own = file.split("/")[0];
    expect(order).toContain(own);
    for (const [, target] of readFileSync(join(source, file), "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
      const folder = relative(source, resolve(source, dirname(file), target)).split("/")[0];
      if (folder !== own) expect(level(folder), `${file} imports ${target}`).toBeLessThan(level(own));
    }
  });
});
