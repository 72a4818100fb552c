import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";
import { shippedVerdicts, studyHashes } from "../environment/verdicts/fingerprint.mjs";
import { readNotebooks } from "../environment/run/notebooks.mjs";
import { textOf } from "../environment/verdicts/ship.mjs";
import { readVerdicts, type Verdicts } from "../environment/verdicts/verdicts.mjs";
import { meets, parseExpectation } from "phaselens/internal/figures/claims/expectation";

const notebooks = readNotebooks(fileURLToPath(new URL("../notebooks", import.meta.url)));
const verdicts: Verdicts = readVerdicts(shippedVerdicts) ?? new Map();

describe("data/verdicts.json", () => {
  test("is as npm run verdicts writes it, and not edited by hand", () => {
    expect(readFileSync(shippedVerdicts, "utf8")).toBe(textOf(verdicts));
  });

  test("has an entry for each notebook and for no other", () => {
    expect([...verdicts.keys()].sort()).toEqual(notebooks.map(({ name }) => name).sort());
  });

  // after npm run study:…, npm run verdicts -- --only the notebooks that are named
  test.each([...verdicts])("rests, for %s, on the studies as they are now", (_, { studies }) => {
    expect(studies).toEqual(studyHashes(Object.keys(studies)));
  });

  test.each([...verdicts])("says of %s what its numbers say", (name, { claims, cost }) => {
    const { figures } = notebooks.find((file) => file.name === name)!;
    expect(claims.length).toBeGreaterThan(0);
    expect(cost.cpuSeconds).toBeGreaterThan(0);
    expect(
      claims.map(({ figure }) => figure).filter((figure) => !figures.includes(figure)),
    ).toEqual([]);
    for (const { statement, kind, value, expected, pass } of claims) {
      const verdict = expectation(value, expected);
      if (kind !== "reported") expect(verdict, `${statement}: ${expected}`).not.toBeNull();
      expect(pass, `${statement}: ${value}, expected ${expected}`).toBe(verdict);
    }
  });
});

/** Whether the value is as expected; null where that is free text. NaN and ∞ are kept as text. */
function expectation(value: number | boolean | string, expected: string): boolean | null {
  const number = typeof value === "string" ? Number(value) : value;
  try {
    return meets(number, parseExpectation(expected));
  } catch {
    return Number.isNaN(number) ? false : null;
  }
}
