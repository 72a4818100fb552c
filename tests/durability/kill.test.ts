import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { changes, faults } from "../support/faultyDisk.js";
import { sweepOf } from "./sweep.js";
import { exempt, writers } from "./writers.js";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** Every module that changes files, by itself or by what writes for it. */
function writingModules(): Map<string, string[]> {
  const own = ["atomicWrite", "writeWhole", "writeAtomically", "openDraft", "writeNpy"];
  const more = ["writeCheckpointFile", "writeModelFiles", "createWriteStream", "fs/promises"];
  const writing = new RegExp(`\\b(?:${[...changes, ...own, ...more].join("|")})\\b(?!\\s*=)`, "g");
  const found = new Map<string, string[]>();
  for (const root of ["lib/src", "lib/bin", "environment"])
    for (const name of readdirSync(`${project}/${root}`, { recursive: true, encoding: "utf8" })) {
      if (!/\.(?:ts|[cm]?js)$/.test(name)) continue;
      const text = readFileSync(`${project}/${root}/${name}`, "utf8");
      const used = code(text).match(writing) ?? [];
      if (used.length > 0) found.set(`${root}/${name.replaceAll("\\", "/")}`, used);
    }
  return found;
}

/** Without comments, names that are only handed on, and files that are opened to be read. */
const code = (text: string): string =>
  text
    .replace(/^\s*\/\*\*[\s\S]*?\*\//gm, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/^(?:import|export) (?:type )?\{[^;]*;$/gm, "")
    .replace(/openSync\([^()]*"r"\)|openSync\([\w.]+\)|\{[\w\s,]*\} =\s*nodeModule/g, "");

describe("what writes files", () => {
  it("is in the sweep, or is named with the reason why not", () => {
    const known = new Set([
      ...Object.values(writers).flatMap(({ modules }) => modules),
      ...Object.keys(exempt),
    ]);
    const found = [...writingModules().keys()];
    expect(found.filter((name) => !known.has(name))).toEqual([]);
    expect([...known].filter((name) => !found.includes(name))).toEqual([]);
  });
});

// all operations where there are few, a part of each where there are many: tests/slow has them all
const MOST = Number(process.env.PHASELENS_KILLS ?? 6);

describe.each(Object.entries(writers))("%s", (_, writer) => {
  let sweep: Awaited<ReturnType<typeof sweepOf>>;
  beforeAll(async () => {
    vi.spyOn(console, "log").mockImplementation(() => undefined);
    sweep = await sweepOf(writer);
  });
  afterAll(() => {
    sweep?.end();
    vi.restoreAllMocks();
  });

  it.each(faults)(
    "%s at any file operation: the old or the new, and the same end",
    async (fault) => {
      const { operations } = sweep;
      expect(operations).toBeGreaterThan(2);
      const step = Math.max(1, operations / MOST);
      for (let at = 1; at <= operations; at += step) await sweep.fault(Math.floor(at), fault);
    },
  );
});
