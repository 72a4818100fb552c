import * as phaselens from "phaselens";
import { describe, expect, it } from "vitest";
import { pages } from "./markdown.js";

const folders = ["lrp", "hessian", "forest", "taggers"] as const;
const text = pages().find(({ path }) => path === "docs/methods.md")?.text ?? "";
const spans = (line: string): string[] =>
  [...line.matchAll(/`([A-Za-z0-9]+)(?:\([^`]*\))?`/g)].map(([, name]) => name);
/** Cells between bars that no backslash precedes. */
const rows = text
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) => line.split(/(?<!\\)\|/).slice(1, -1));
/** Fields of results and options, which the table names beside functions. */
const FIELDS = ["similarity", "relatif", "conservation", "blockSize"];

describe("the table of methods", () => {
  it("has six cells in each row", () => {
    expect(rows.filter((cells) => cells.length !== 6)).toEqual([]);
  });

  it("names only what there is", () => {
    const exported = new Set<string>(
      (["core", "physics", ...folders] as const).flatMap((folder) =>
        Object.keys(phaselens[folder]),
      ),
    );
    const named = rows.flatMap(([name]) => spans(name));
    expect(named.length).toBeGreaterThan(80);
    expect(named.filter((name) => !exported.has(name) && !FIELDS.includes(name))).toEqual([]);
  });

  it.each(folders)("and its last paragraph leave out no export of %s", (folder) => {
    const named = new Set(spans(text));
    expect(Object.keys(phaselens[folder]).filter((name) => !named.has(name))).toEqual([]);
  });
});
