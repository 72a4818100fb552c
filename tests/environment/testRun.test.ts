import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { slowest } from "../../environment/checks/cpu-reporter.mjs";
import { filesApart } from "../../environment/checks/own-process.mjs";
import { withoutExcluded } from "../../environment/checks/test-names.mjs";

describe("a test file has a process of its own", () => {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-tests-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  // put together, since this file would be taken for one that does it
  const [mocks, environment] = ["v" + "i.", "process.e" + "nv."];
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, "support"), { recursive: true });
    writeFileSync(join(folder, name), text);
  };

  test("if it, or what it imports, mocks, sets variables or measures memory, and not otherwise", () => {
    write("mocks.test.ts", `${mocks}stubEnv("A", "1");\n`);
    write("sets.test.ts", `beforeAll(() => (${environment}A = "1"));\n`);
    write("reads.test.ts", `const a = ${environment}A ?? "1", b = ${environment}A === "1";\n`);
    write("support/grows.ts", `export const bytes = process.memory${"Usage"}().rss;\n`);
    write("support/passesOn.ts", `export {\n  bytes,\n} from "./grows.js";\n`);
    write("imports.test.ts", `import { bytes } from "./support/passesOn.js";\nbytes;\n`);
    write("plain.test.ts", `import { it } from "vitest";\n`);
    expect(filesApart(folder).map((path) => basename(path))).toEqual([
      "imports.test.ts",
      "mocks.test.ts",
      "sets.test.ts",
    ]);
  });

  test("such as those of the cache and of hostile files, and few others", () => {
    const apart = filesApart().map((path) => basename(path));
    expect(apart).toEqual(expect.arrayContaining(["cache.test.ts", "models.test.ts"]));
    expect(apart.length).toBeLessThan(60);
  });
});

describe("the slowest test files", () => {
  test("are named with their seconds, those above the limit all and with what to do", () => {
    const names = Array.from({ length: 12 }, (_, k) => `tests/${k}.test.ts`);
    const lines = slowest(names.map((name, k) => ({ name, seconds: k === 5 ? 40.26 : k / 10 })));
    expect(lines).toHaveLength(9);
    expect(lines[0]).toMatch(/^CPU of 12 test files: 46 s/);
    expect(lines[1]).toMatch(/^ {4}40\.3 s {2}tests\/5\.test\.ts {2}\(more than 15 s: make it/);
    expect(lines[2]).toBe("     1.1 s  tests/11.test.ts");
    const many = slowest(names.map((name) => ({ name, seconds: 20 })));
    expect(many).toHaveLength(13);
  });

  test("are not worth a line where all of them take no time", () => {
    expect(slowest([{ name: "tests/a.test.ts", seconds: 3 }])).toEqual([]);
  });
});

test("--exclude is taken out of the arguments, and all others are left as they are", () => {
  const given = ["--exclude", "tests/docs/**", "tests/core", "-t", "a mean", "--exclude=x"];
  expect(withoutExcluded(given)).toEqual({
    args: ["tests/core", "-t", "a mean"],
    exclude: ["tests/docs/**", "x"],
  });
});
