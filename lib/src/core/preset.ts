import { takes } from "./arguments/takes.js";
import { record } from "./arguments/kinds.js";
import { ConfigError } from "./errors.js";
import { choice } from "./oneOf.js";

/**
 * The scales of a run: minutes on two cores, the one whose numbers are shipped, as printed in the
 * paper.
 */
export type PresetName = "quick" | "standard" | "paper";

const names: readonly PresetName[] = ["quick", "standard", "paper"];

/** A value for each scale. */
export interface PresetChoices<T> {
  /** Minutes on two cores; the default. */
  readonly quick: T;
  /**
   * The scale of the verdicts in data/verdicts.json: three quarters of an hour on two cores at most
   * for all notebooks.
   */
  readonly standard: T;
  /** As printed in the paper: hours. */
  readonly paper: T;
}

/**
 * The value for the scale of this run, from the environment variable PHASELENS_PRESET (`quick`
 * where it is not set).
 * @throws ConfigError for any other name, and where there is no choice for this one
 * @example
 * ```ts
 * import { core } from "phaselens";
 * const sites = core.preset({ quick: 8, standard: 12, paper: 14 });
 * console.log(sites > 0); // → true
 * ```
 */
export function preset<T>(choices: PresetChoices<T>): T {
  takes("preset", { choices: [choices, record({}, "a value for each preset")] });
  const name =
    (typeof process === "undefined" ? undefined : process.env.PHASELENS_PRESET) || "quick";
  if (!isName(name)) {
    const fact = `preset: PHASELENS_PRESET is "${name}"; it must be ${choice(names)}`;
    throw new ConfigError(`${fact}. Set one of them or unset it.`, { name });
  }
  if (!Object.hasOwn(choices, name)) {
    throw new ConfigError(
      `preset: there is no choice for "${name}". Add ${name}: … beside the others.`,
      { name },
    );
  }
  return choices[name];
}

const isName = (name: string): name is PresetName => (names as readonly string[]).includes(name);
