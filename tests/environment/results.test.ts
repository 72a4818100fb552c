import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeResults } from "../../environment/gallery/results.mjs";
import { scratchFolder } from "./fixture.js";
import { provenance } from "./provenance.js";

const scratch = scratchFolder();
const keys = ["figure", "statement", "kind", "value", "expected", "pass"];
type Results = Parameters<typeof writeResults>[1];

const spec = {
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  data: { values: [{ a: 1 }] },
  mark: "bar",
  encoding: { x: { field: "a" } },
};
const png = Buffer.from("89504e47", "hex").toString("base64");

/** What an execution leaves of one notebook: a figure and its claims. */
function result(name: string, statements: string[], chart: object = spec): Results[number] {
  const display = (data: object) => ({ output_type: "display_data", metadata: {}, data });
  const claims = statements.map((statement) =>
    display({
      "application/vnd.phaselens.claim+json": {
        extra: 1,
        figure: name,
        statement,
        kind: "physics",
        value: 1,
        expected: "> 0",
        pass: true,
      },
    }),
  );
  const figure = {
    "application/vnd.vegalite.v5+json": chart,
    "image/png": png,
    "application/vnd.phaselens.figure+json": { id: name, title: name },
  };
  const cells = [{ cell_type: "code", source: [], outputs: [display(figure), ...claims] }];
  return {
    name,
    notebook: { cells, metadata: {} },
    failures: [],
    provenance: provenance({ notebook: name, hashes: {} as never }),
  };
}

const claimsIn = (folder: string): Record<string, unknown>[] =>
  JSON.parse(readFileSync(join(folder, "claims.json"), "utf8"));

describe("results/", () => {
  test("holds claims with exactly the promised keys, by notebook and then in order", async () => {
    const folder = join(scratch, "keys");
    await writeResults(
      folder,
      [result("b", ["second", "third"]), result("a", ["first"])],
      ["a", "b"],
    );
    expect(claimsIn(folder).map((claim) => Object.keys(claim))).toEqual([keys, keys, keys]);
    expect(claimsIn(folder).map((claim) => claim.statement)).toEqual(["first", "second", "third"]);
  });

  test("holds each figure as PNG, SVG and Vega-Lite, and each notebook with its provenance", async () => {
    const folder = join(scratch, "files");
    await writeResults(folder, [result("a", [])], ["a"]);
    const files = readdirSync(folder, { recursive: true }).map(String).sort();
    expect(files).toEqual([
      ".phaselens-files.json",
      "claims.json",
      "figures",
      "figures/a.json",
      "figures/a.png",
      "figures/a.svg",
      "index.html",
      "notebooks",
      "notebooks/a.html",
      "notebooks/a.ipynb",
      "provenance",
      "provenance/a.json",
    ]);
    expect(readFileSync(join(folder, "figures/a.svg"), "utf8")).toMatch(/^<svg/);
    expect(readFileSync(join(folder, "figures/a.png")).toString("hex")).toBe("89504e47");
  });

  test("keeps what earlier runs left of other notebooks, and other files, but not of notebooks that are gone", async () => {
    const folder = join(scratch, "kept");
    await writeResults(
      folder,
      [result("a", ["old a"]), result("b", ["old b"]), result("gone", ["old"])],
      ["a", "b", "gone"],
    );
    writeFileSync(join(folder, "bench.json"), "{}");
    await writeResults(folder, [result("b", ["new b"])], ["a", "b"]);
    expect(claimsIn(folder).map((claim) => claim.statement)).toEqual(["old a", "new b"]);
    expect(readdirSync(join(folder, "figures")).sort()).toEqual([
      "a.json",
      "a.png",
      "a.svg",
      "b.json",
      "b.png",
      "b.svg",
    ]);
    expect(existsSync(join(folder, "bench.json"))).toBe(true);
  });

  test("stays as it was when something goes wrong on the way, and no draft is left", async () => {
    const folder = join(scratch, "whole");
    mkdirSync(folder);
    writeFileSync(join(folder, "claims.json"), "[]");
    const broken = result("a", ["new"], { mark: "no such mark" });
    await expect(writeResults(folder, [broken], ["a"])).rejects.toThrow();
    expect(readFileSync(join(folder, "claims.json"), "utf8")).toBe("[]");
    expect(readdirSync(folder)).toEqual(["claims.json"]);
    expect(readdirSync(scratch).filter((name) => name.startsWith("whole"))).toEqual(["whole"]);
  });

  test("a figure whose identity looks like a path stays in its folder", async () => {
    const folder = join(scratch, "paths");
    await writeResults(
      folder,
      [result("../../escape", [])].map((one) => ({ ...one, name: "a" })),
      ["a"],
    );
    expect(readdirSync(join(folder, "figures"))).toContain(".._.._escape.svg");
  });
});
