import { expect, test } from "vitest";
import { claimDifferences } from "../../environment/deno/notebooks.mjs";

const claim = (statement: string, value: number) => ({
  ...{ figure: "report-a", statement, kind: "reported" as const, expected: "", pass: null },
  value,
});

test("claims of one statement are compared in their order", () => {
  const there = [claim("a", 1), claim("the same", 2), claim("the same", 3)];
  expect(claimDifferences([...there], there)).toEqual([]);
  const here = [claim("a", 1), claim("the same", 2), claim("the same", 4)];
  expect(claimDifferences(here, there)).toEqual(['"the same" is 4 instead of 3']);
});

test("what is missing, new, or not equal to 1e-6 is told, rounding about 0 is not", () => {
  expect(claimDifferences([claim("a", 3e-15)], [claim("a", 8e-16)])).toEqual([]);
  expect(claimDifferences([claim("a", 1 + 2e-6)], [claim("a", 1)])).toHaveLength(1);
  expect(claimDifferences([claim("a", 1)], [claim("b", 1)])).toEqual([
    '"b" is missing',
    '"a" is new',
  ]);
});
