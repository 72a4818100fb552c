import { ConfigError } from "./errors.js";

/**
 * The value for the scale of this run: `quick` (minutes on two cores, the default) or `paper` (as printed there),
 * from the environment variable PHASELENS_PRESET.
 * @throws ConfigError for any other name
 */
export function preset<T>(choices: { quick: T; paper: T }): T {
  const name = (typeof process === "undefined" ? undefined : process.env.PHASELENS_PRESET) || "quick";
  if (name !== "quick" && name !== "paper") {
    throw new ConfigError(`preset: PHASELENS_PRESET is "${name}"; it must be "quick" or "paper". Set one of them or unset it.`, { name });
  }
  return choices[name];
}
