import { afterAll, describe, expect, it } from "vitest";
import { Fuzzer } from "./fuzz.mjs";
import { parsers } from "./parsers/index.mjs";

/** Which inputs, and how many of them while the time lasts, for each parser. */
export interface Slice {
  readonly seed: number;
  readonly runs: number;
  readonly seconds: number;
}

/** A test for each parser. */
export function readOrRefuse(slice: Slice): void {
  describe("a damaged input is read or refused within 2 s and 300 MB, by", () => {
    const fuzzer = new Fuzzer();
    afterAll(() => fuzzer.close());

    it.each(Object.keys(parsers))(
      "%s",
      async (name) => {
        const { faults, tried } = await fuzzer.try(name, slice);
        expect(faults, `npm run fuzz -- --only ${name} --seed ${slice.seed}`).toEqual([]);
        expect(tried).toBeGreaterThan(0);
      },
      30_000,
    );
  });
}
