import { mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { filesBelow, hashFiles } from "../../environment/base/hash.mjs";
import { keep, readKept } from "../../environment/base/kept.mjs";
import { inProject } from "../../environment/base/project.mjs";
import { scratchFolder } from "./fixture.js";

const folder = scratchFolder();

describe("the hash of many files", () => {
  const files = Array.from({ length: 60 }, (_, k) => join(folder, "many", `${100 + k}.txt`));
  mkdirSync(join(folder, "many"));
  files.forEach((file, k) => writeFileSync(file, `text ${k}`));
  const hash = (): string => hashFiles(folder, filesBelow(join(folder, "many")));

  test("tells a changed file of the same size and date, also when it was asked for before", async () => {
    const date = new Date(2020, 1, 1);
    const before = hash();
    // only what has rested for two seconds is looked up by its dates
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect([hash(), hash()]).toEqual([before, before]);
    expect(readFileSync(inProject(".cache", "hashes.json"), "utf8")).toContain(before);
    writeFileSync(files[7], "other!");
    for (const file of files) utimesSync(file, date, date);
    expect(hash()).not.toBe(before);
    writeFileSync(files[7], "text 7");
    expect(hash()).toBe(before);
  }, 20_000);

  test("tells a missing file and another name", () => {
    const before = hash();
    rmSync(files[3]);
    expect(hash()).not.toBe(before);
    writeFileSync(join(folder, "many", "name.txt"), "text 3");
    expect(hash()).not.toBe(before);
  });
});

describe("texts that are kept", () => {
  const kind = "kept-by-a-test";
  afterAll(() => rmSync(inProject(".cache", kind), { recursive: true, force: true }));

  test("are found by all that they depend on", () => {
    expect(readKept(kind, [{ a: 1 }, "version"])).toBeUndefined();
    keep(kind, [{ a: 1 }, "version"], "text");
    expect(readKept(kind, [{ a: 1 }, "version"])).toBe("text");
    expect(readKept(kind, [{ a: 2 }, "version"])).toBeUndefined();
  });

  test("make room for newer ones", () => {
    for (let k = 0; k < 410; k++) keep(kind, k, "text");
    expect(readdirSync(inProject(".cache", kind))).toHaveLength(400);
    expect(readKept(kind, 409)).toBe("text");
  });
});
