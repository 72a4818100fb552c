import { ConfigError, preset } from "phaselens/core";
import { afterEach, describe, expect, it, vi } from "vitest";

describe("preset", () => {
  afterEach(() => vi.unstubAllEnvs());
  const choose = (name: string | undefined): number => {
    vi.stubEnv("PHASELENS_PRESET", name);
    return preset({ quick: 1, paper: 2 });
  };

  it("is quick unless the environment says paper", () => {
    expect([choose(undefined), choose(""), choose("quick"), choose("paper")]).toEqual([1, 1, 1, 2]);
  });

  it("refuses any other name, with the two that exist", () => {
    expect(() => choose("full")).toThrow(ConfigError);
    expect(() => choose("full")).toThrow('PHASELENS_PRESET is "full"; it must be "quick" or "paper"');
    expect(() => choose("toString")).toThrow(ConfigError);
  });
});
