import * as phaselens from "phaselens";
import { describe, expect, it } from "vitest";
import { RECORDS } from "../support/publicRecords.js";
import { pages } from "./markdown.js";

const folders = ["lrp", "hessian", "forest", "taggers"] as const;
const text = pages().find(({ path }) => path === "docs/methods.md")?.text ?? "";
const spans = (line: string): string[] =>
  [...line.matchAll(/`([A-Za-z0-9.]+)(?:\([^`]*\))?`/g)].map(([, name]) => name);
/** Names of a room; of a record of methods its members, `room.record.member`. */
const namesOf = (room: "core" | "physics" | (typeof folders)[number]): string[] =>
  Object.entries(phaselens[room]).flatMap(([name, value]: [string, object]) =>
    RECORDS.includes(name)
      ? Object.keys(value).map((member) => `${room}.${name}.${member}`)
      : [name],
  );
/** Cells between bars that no backslash precedes. */
const rows = text
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) => line.split(/(?<!\\)\|/).slice(1, -1));
/** Fields of results and options, which the table names beside functions. */
const FIELDS = [
  "similarity",
  "relatif",
  "conservation",
  "blockSize",
  "preconditioner",
  "leading",
  "shareBelow",
  "quantile",
];

describe("the table of methods", () => {
  it("has six cells in each row", () => {
    expect(rows.filter((cells) => cells.length !== 6)).toEqual([]);
  });

  it("names only what there is", () => {
    const exported = new Set<string>((["core", "physics", ...folders] as const).flatMap(namesOf));
    const named = rows.flatMap(([name]) => spans(name)).filter((name) => !/^papers\./.test(name));
    expect(named.length).toBeGreaterThan(70);
    expect(named.filter((name) => !exported.has(name) && !FIELDS.includes(name))).toEqual([]);
  });

  it.each(folders)("and its last paragraph leave out no export of %s", (folder) => {
    const named = new Set(spans(text));
    expect(namesOf(folder).filter((name) => !named.has(name))).toEqual([]);
  });
});
