import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { TestSpecification } from "vitest/node";
import { inProject } from "../../environment/base/project.mjs";
import { slowest } from "../../environment/checks/cpu-reporter.mjs";
import { filesApart } from "../../environment/checks/own-process.mjs";
import {
  dear,
  expectedSeconds,
  lastSeconds,
  MOST,
  rememberSeconds,
} from "../../environment/checks/test-costs.mjs";
import { processAsFound } from "../../environment/checks/put-back.mjs";
import LongestFirst from "../../environment/checks/sequencer.mjs";
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

  test("if it, or what it imports, replaces modules, sets what is read at loading, or measures memory, and not otherwise", () => {
    write("mocks.test.ts", `${mocks}mock("node:fs");\n`);
    write("sets.test.ts", `beforeAll(() => (${environment}PHASELENS_${"FMA"} = "on"));\n`);
    write("stubs.test.ts", `${mocks}stubEnv("A", "1");\n${environment}B = "1";\n`);
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

  test("such as those of hostile files, and few others", () => {
    const apart = filesApart().map((path) => basename(path));
    expect(apart).toEqual(expect.arrayContaining(["arrays.test.ts", "models.test.ts"]));
    expect(apart.length).toBeLessThan(25);
  });
});

test("what a file sets, stubs and spies on is put back for those that share its process", () => {
  const putBack = processAsFound();
  const [found, stood, timers] = [{ ...process.env }, console.warn, setTimeout];
  process.env.PHASELENS_NEW = "1";
  process.env.PATH = "nowhere";
  vi.stubEnv("HOME", "elsewhere");
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.stubGlobal("fetch", undefined);
  vi.useFakeTimers();
  putBack();
  expect({ ...process.env }).toEqual(found);
  expect([console.warn, setTimeout]).toEqual([stood, timers]);
  expect(fetch).toBeTypeOf("function");
});

describe("the slowest test files", () => {
  const names = Array.from({ length: 12 }, (_, k) => `tests/${k}.test.ts`);

  test("are named with their seconds, and again with what to do where they cost more than they may", () => {
    const lines = slowest(names.map((name, k) => ({ name, seconds: k === 5 ? 40.26 : k / 10 })));
    expect(lines).toHaveLength(11);
    expect(lines[0]).toMatch(/^CPU of 12 test files: 46 s/);
    expect(lines[1]).toBe("    40.3 s  tests/5.test.ts");
    expect(lines[2]).toBe("     1.1 s  tests/11.test.ts");
    expect(lines[9]).toMatch(/^Above 10 s, .*: make it shorter/);
    expect(lines[10]).toBe(lines[1]);
    expect(slowest(names.map((name) => ({ name, seconds: 20 })))).toHaveLength(1 + 8 + 1 + 12);
  });

  test("may cost more where it is written why, as far as it is written", () => {
    const [name, { seconds, why }] = Object.entries(dear)[0];
    expect(why).not.toBe("");
    expect(slowest([{ name, seconds }])).toHaveLength(2);
    expect(slowest([{ name, seconds: 1.6 * seconds }])).toHaveLength(4);
  });

  test("that may cost more are all still there, the longest first", () => {
    const costs = Object.values(dear).map(({ seconds }) => seconds);
    expect(Object.keys(dear).filter((name) => !existsSync(inProject(name)))).toEqual([]);
    expect(costs).toEqual([...costs].sort((a, b) => b - a));
    expect(Math.min(...costs)).toBeGreaterThan(MOST);
  });

  test("are not worth a line where all of them take no time", () => {
    expect(slowest([{ name: "tests/a.test.ts", seconds: 3 }])).toEqual([]);
  });

  test("begin first, behind those with a process of their own", async () => {
    const file = (name: string, isolate = false) =>
      ({ moduleId: inProject(name), project: { config: { isolate } } }) as TestSpecification;
    const [own, long, short] = [
      "tests/core/gates.test.ts",
      Object.keys(dear)[0],
      "tests/words.test.ts",
    ];
    const order = Object.assign(new LongestFirst(), { last: {} });
    const sorted = await order.sort([file(short), file(long), file(own, true)]);
    expect(sorted.map(({ moduleId }) => moduleId)).toEqual(
      [own, long, short].map((name) => inProject(name)),
    );
  });

  test("begin first by what they took here, else by what is written", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "phaselens-seconds-")), "seconds.json");
    rememberSeconds([{ name: "tests/a.test.ts", seconds: 3.456 }], path);
    rememberSeconds([{ name: "tests/b.test.ts", seconds: 1 }], path);
    rememberSeconds([{ name: "tests/b.test.ts", seconds: 0.1 }], path);
    const last = lastSeconds(path);
    expect(last).toEqual({ "tests/a.test.ts": 3.46, "tests/b.test.ts": 0.5 });
    rmSync(dirname(path), { recursive: true });
    const [name, { seconds }] = Object.entries(dear)[0];
    expect(expectedSeconds(name, last)).toBe(seconds);
    expect(expectedSeconds("tests/a.test.ts", last)).toBe(3.46);
    expect(expectedSeconds("tests/new.test.ts", last)).toBe(0);
  });
});

test("--exclude is taken out of the arguments, and all others are left as they are", () => {
  const given = ["--exclude", "tests/docs/**", "tests/core", "-t", "a mean", "--exclude=x"];
  expect(withoutExcluded(given)).toEqual({
    args: ["tests/core", "-t", "a mean"],
    exclude: ["tests/docs/**", "x"],
  });
});
