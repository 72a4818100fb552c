import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { ConfigError, DataError } from "phaselens/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MARKER, openDraft } from "../../lib/dist/core/files/ownedFolder.js";
import { runNode } from "../support/runNode.js";

let scratch: string;
let folder: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "phaselens-owned-"));
  folder = join(scratch, "out");
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

type Files = Record<string, string>;
function put(root: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
}
function all(root: string): Files {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(root, name)).isFile(),
  );
  return Object.fromEntries(
    names
      .filter((name) => name !== MARKER)
      .sort()
      .map((name) => [name, readFileSync(join(root, name), "utf8")]),
  );
}
function write(files: Files, owner = "a test"): string[] {
  const draft = openDraft(folder, owner);
  put(draft.folder, files);
  return draft.commit();
}

describe("a folder with files of ours", () => {
  it("has the files of the last version, and those of others beside and between them", () => {
    put(folder, { "mine.txt": "m", "figures/mine.svg": "m" });
    write({
      "index.html": "1",
      "figures/a.svg": "1",
      "figures/old.svg": "1",
      "pages/only.html": "1",
    });
    put(folder, { "pages/note.txt": "m" });
    expect(write({ "index.html": "2", "figures/a.svg": "2" })).toEqual([
      "figures/a.svg",
      "index.html",
    ]);
    expect(all(folder)).toEqual({
      "index.html": "2",
      "figures/a.svg": "2",
      "mine.txt": "m",
      "figures/mine.svg": "m",
      "pages/note.txt": "m",
    });
  });

  it("loses no file of others, whatever both sides write", () => {
    const name = fc
      .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join("/"));
    const files = fc.dictionary(name, fc.string(), { maxKeys: 5 });
    fc.assert(
      fc.property(files, fc.array(files, { maxLength: 4 }), (theirs, versions) => {
        rmSync(folder, { recursive: true, force: true });
        const fits: Files = {};
        for (const [path, content] of Object.entries(theirs)) {
          try {
            put(folder, { [path]: content });
            fits[path] = content;
          } catch {
            // a file where a folder would have to be
          }
        }
        for (const version of versions) {
          const before = existsSync(folder) ? all(folder) : {};
          const draft = openDraft(folder, "a test");
          let fresh = true;
          for (const [path, content] of Object.entries(version)) {
            try {
              put(draft.folder, { [path]: content });
            } catch {
              fresh = false;
            }
          }
          if (!fresh) return draft.discard();
          try {
            draft.commit();
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError);
            draft.discard();
            expect(all(folder)).toEqual(before);
          }
          expect(all(folder)).toMatchObject(fits);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("is refused before the work if a file of somebody else has a name of ours, and before anything is changed", () => {
    put(folder, { "output.npy": "theirs", "figures/b.svg": "theirs" });
    expect(() => openDraft(folder, "a test", ["output.npy"])).toThrow(
      /output\.npy: is not one that was written here before.*another folder/,
    );
    const before = all(folder);
    expect(() => write({ "a.txt": "1", "figures/b.svg": "1" })).toThrow(ConfigError);
    expect(readdirSync(folder)).not.toContain(MARKER);
    expect(all(folder)).toMatchObject(before);
    expect(existsSync(join(folder, "a.txt"))).toBe(false);
  });

  it("is refused behind a link, for another command, and with a damaged list", () => {
    put(scratch, { "elsewhere/a.svg": "theirs" });
    mkdirSync(folder);
    symlinkSync(join(scratch, "elsewhere"), join(folder, "figures"));
    expect(() => write({ "figures/new.svg": "1" })).toThrow(/figures: is in the way/);
    rmSync(folder, { recursive: true });
    write({ "a.txt": "1" });
    expect(() => openDraft(folder, "another")).toThrow(
      /holds the files of a test, which another does not replace/,
    );
    for (const text of [
      "",
      "{",
      '{"owner":"a test","files":["../elsewhere/a.svg"]}',
      '{"owner":"a test","files":["/etc/x"]}',
      '{"owner":1,"files":[]}',
    ]) {
      writeFileSync(join(folder, MARKER), text);
      expect(() => openDraft(folder, "a test")).toThrow(DataError);
    }
    expect(readFileSync(join(scratch, "elsewhere/a.svg"), "utf8")).toBe("theirs");
  });
});

// a part of the operations, evenly; tests/slow/kill.test.ts has them all
const MOST = Number(process.env.PHASELENS_KILLS ?? 8);

describe("a kill at any file operation", () => {
  const writer = new URL("./fixtures/ownedFolder.mjs", import.meta.url);
  const theirs = { "mine.txt": "m", "figures/mine.svg": "m", "deep/mine.txt": "m" };
  const run = (version: string, deadline: number) =>
    runNode(writer, [folder, version, String(deadline)]).ended;

  it("leaves whole files, those of others, and a folder that the next run brings to an end", async () => {
    const begun = join(scratch, "begun");
    await run("old", 0);
    put(folder, theirs);
    cpSync(folder, begun, { recursive: true });
    const operations = Number((await run("new", 0)).stdout);
    expect(operations).toBeGreaterThan(15);
    for (let at = 1; at <= operations; at += Math.max(1, operations / MOST)) {
      rmSync(folder, { recursive: true, force: true });
      cpSync(begun, folder, { recursive: true });
      expect((await run("new", Math.floor(at))).signal).toBe("SIGKILL");
      const between = all(folder);
      expect(between).toMatchObject(theirs);
      const whole = ["old page", "new page", "old a", "new a", "old gone", "old", "new b", "m"];
      const shown = Object.entries(between).filter(([name]) => !/draft|\.tmp$/.test(name));
      expect(shown.filter(([, content]) => !whole.includes(content))).toEqual([]);
      expect((await run("new", 0)).stderr).toBe("");
      expect(all(folder)).toEqual({
        "index.html": "new page",
        "figures/a.svg": "new a",
        "figures/b.svg": "new b",
        ...theirs,
      });
      expect(readdirSync(folder).filter((name) => /draft/.test(name))).toEqual([]);
    }
  }, 120_000);
});
