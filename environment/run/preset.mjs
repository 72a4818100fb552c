import { Failure } from "../base/failure.mjs";

/** The scales, as in lib/src/core/preset.ts. @typedef {"quick" | "standard" | "paper"} Preset */

/** @type {readonly Preset[]} */
export const presets = ["quick", "standard", "paper"];

/**
 * The preset asked for, else PHASELENS_PRESET, else quick.
 * @param {string} [option]
 * @returns {Preset}
 */
export function presetFrom(option) {
  const wanted = option ?? (process.env.PHASELENS_PRESET || "quick");
  const preset = presets.find((name) => name === wanted);
  if (!preset)
    throw new Failure(`Unknown preset "${wanted}"; there are: ${presets.join(", ")}.`, {
      exitCode: 2,
    });
  return preset;
}
