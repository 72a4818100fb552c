import { describe, expect, it } from "vitest";
import { documentedValues } from "../support/docstrings.js";

/**
 * Public values with options that do not yet say what holds when they are left out. The list only
 * shrinks: what is new says it.
 */
const SILENT: Readonly<Record<string, readonly string[]>> = {};

describe("a public name", () => {
  const values = documentedValues();

  it("has a docstring, a type's too", () => {
    expect(values.length).toBeGreaterThan(200);
    expect(values.filter(({ text }) => text.trim() === "").map(({ name }) => name)).toEqual([]);
  });

  it("of a function says the default of each of its options, or what their absence means", () => {
    const silent = values.filter((value) => value.silent.length > 0);
    expect(Object.fromEntries(silent.map((value) => [value.name, value.silent]))).toEqual(SILENT);
  });
});
