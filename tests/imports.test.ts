import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../lib/src", import.meta.url));
const order = [
  "core",
  "kernels",
  "linalg",
  "physics",
  "nn",
  "lrp",
  "hessian",
  "forest",
  "taggers",
  "figures",
  "interop",
  "generate",
  "papers",
  "report",
  "cli",
];
// siblings at one level of the house do not know each other
const level = (folder: string): number =>
  ({ physics: 3, nn: 3.5, lrp: 5, hessian: 5, forest: 5, taggers: 5 })[folder] ??
  order.indexOf(folder);

const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && file.includes("/") && !file.includes("assembly"),
);

/** What a file imports or hands on, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), "utf8");
  return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, target]) =>
    relative(source, resolve(source, dirname(file), target)).replace(/\.js$/, ".ts"),
  );
}

/** Files that come back to themselves by what they import, each the way round. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const follow = (file: string, path: readonly string[]): void => {
    const seen = path.indexOf(file);
    if (seen >= 0) found.push([...path.slice(seen), file].join(" → "));
    if (seen >= 0 || done.has(file)) return;
    for (const target of graph.get(file) ?? []) follow(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) follow(file, []);
  return found;
}

describe("the house", () => {
  it("has no circle of imports, of types neither", () => {
    const seen = circles(
      new Map([
        ["a", ["b", "c"]],
        ["b", ["c"]],
        ["c", ["b"]],
      ]),
    );
    expect(seen).toEqual(["b → c → b"]);
    expect(circles(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
  });

  it.each(files)("%s imports only folders below its own", (file) => {
    const own = file.split("/")[0];
    expect(order).toContain(own);
    for (const target of importsOf(file)) {
      const folder = target.split("/")[0];
      if (folder !== own)
        expect(level(folder), `${file} imports ${target}`).toBeLessThan(level(own));
    }
  });
});
