import { describe, expect, it } from "vitest";
import { readOrRefuse } from "./readOrRefuse.js";
import { others, parsersInCode, partsOf } from "./parsers/inCode.mjs";
import { parsers } from "./parsers/index.mjs";

/** Of npm run fuzz: the same inputs every time, as many as there is time for. */
const slice = { seed: 2026, runs: 300, seconds: 0.5 };

describe("the parsers that are tried", () => {
  const inCode = parsersInCode();

  it("are all that read, parse, load, open or decode, and those that make HTML", () => {
    const known = { ...parsers, ...others, ...partsOf };
    const missing = [...inCode].filter(([name]) => !Object.hasOwn(known, name));
    expect(missing, "give it an entry in tests/fuzz/parsers").toEqual([]);
  });

  it("are all still there", () => {
    const listed = [...Object.keys(parsers), ...Object.keys(others), ...Object.keys(partsOf)];
    expect(listed.filter((name) => !inCode.has(name))).toEqual([]);
    expect(Object.values(partsOf).filter((name) => !Object.hasOwn(parsers, name))).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
  });
});

readOrRefuse(slice);
