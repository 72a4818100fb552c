import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";

const source = new URL("../../lib/src/core/", import.meta.url);

/** Everything a file of core imports, directly and through others, as paths from core. */
function reached(file: string, seen: Set<string> = new Set()): Set<string> {
  for (const [, name] of readFileSync(new URL(file, source), "utf8").matchAll(
    /^(?:import|export)\b(?! type)[^"(]*"([^"]+)"/gm,
  )) {
    const path = name.startsWith(".") ? posix.join(posix.dirname(file), name) : name;
    if (seen.has(path)) continue;
    seen.add(path);
    if (name.startsWith(".")) reached(path.replace(/\.js$/, ".ts"), seen);
  }
  return seen;
}

describe("core", () => {
  const all = [...reached("index.ts")];

  it("runs in a browser: nothing of Node is imported", () => {
    expect(all.filter((module) => module.startsWith("node:"))).toEqual([]);
    expect(all.length).toBeGreaterThan(40); // the search does find what is imported
  });

  it("imports nothing of the folders that build on it", () => {
    expect(all.filter((module) => module.startsWith("../"))).toEqual([]);
  });
});
