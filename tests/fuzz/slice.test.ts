import { afterAll, describe, expect, it } from "vitest";
import { Fuzzer } from "./fuzz.mjs";
import { others, parsersInCode, partsOf } from "./parsers/inCode.mjs";
import { parsers } from "./parsers/index.mjs";

/** Of npm run fuzz: the same inputs every time, as many as there is time for. */
const [SEED, RUNS, SECONDS] = [2026, 300, 1.2];

const fuzzer = new Fuzzer();
afterAll(() => fuzzer.close());

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

describe("a damaged input is read or refused within 2 s and 300 MB, by", () => {
  it.each(Object.keys(parsers))(
    "%s",
    async (name) => {
      const { faults, tried } = await fuzzer.try(name, {
        seed: SEED,
        runs: RUNS,
        seconds: SECONDS,
      });
      expect(faults, `npm run fuzz -- --only ${name} --seed ${SEED}`).toEqual([]);
      expect(tried).toBeGreaterThan(0);
    },
    30_000,
  );
});
