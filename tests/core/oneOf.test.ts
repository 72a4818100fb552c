import { ConfigError } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { choice, oneOf } from "phaselens/internal/core/oneOf";

describe("a word of a closed list", () => {
  const words = ["quick", "paper", "slow"] as const;
  it("is given back", () => {
    expect(oneOf("paper", words, "run: preset")).toBe("paper");
  });

  it.each([
    ["fast", '"fast"'],
    [undefined, "undefined"],
    [null, "null"],
    [3, "3"],
    [["quick"], '["quick"]'],
    [() => 1, "function"],
    [1n, "1"],
    ["x".repeat(99), `"${"x".repeat(59)}…`],
  ])("or refused with what was given and what there is: %s", (value, shown) => {
    const call = (): unknown => oneOf(value as never, words, "run: preset");
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(`run: preset is ${shown}; it must be "quick", "paper" or "slow".`);
  });

  it("of one", () => {
    expect(choice(["a"])).toBe('"a"');
  });
});
