import { ConfigError, preset, type PresetChoices } from "phaselens/core";
import { afterEach, describe, expect, it, vi } from "vitest";

describe("preset", () => {
  afterEach(() => vi.unstubAllEnvs());
  const choose = <T>(name: string | undefined, choices: PresetChoices<T>): T => {
    vi.stubEnv("PHASELENS_PRESET", name);
    return preset(choices);
  };

  it("is quick unless the environment says standard or paper", () => {
    const names = [undefined, "", "quick", "standard", "paper"];
    expect(names.map((name) => choose(name, { quick: 1, standard: 2, paper: 3 }))).toEqual([
      1, 1, 1, 2, 3,
    ]);
  });

  it("takes false, 0 and undefined for choices, and misses one that is not there", () => {
    expect(choose("standard", { quick: 1, standard: 0, paper: 3 })).toBe(0);
    expect(choose("standard", { quick: true, standard: false, paper: true })).toBe(false);
    expect(choose("standard", { quick: 1, standard: undefined, paper: 3 })).toBeUndefined();
    const two = { quick: 1, paper: 3 } as unknown as PresetChoices<number>;
    expect(choose("paper", two)).toBe(3);
    expect(() => choose("standard", two)).toThrow(
      'preset: there is no choice for "standard". Add standard: … beside the others.',
    );
  });

  it("refuses any other name, with those that exist", () => {
    const any = { quick: 1, standard: 2, paper: 3 };
    expect(() => choose("full", any)).toThrow(ConfigError);
    expect(() => choose("full", any)).toThrow(
      'PHASELENS_PRESET is "full"; it must be "quick", "standard" or "paper"',
    );
    expect(() => choose("toString", any)).toThrow(ConfigError);
  });
});
