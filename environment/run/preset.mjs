import { Failure } from "../failure.mjs";

const presets = ["quick", "paper"];

/** The preset asked for, else PHASELENS_PRESET, else quick. @param {string} [option]  @returns {"quick" | "paper"} */
export function presetFrom(option) {
  const preset = option ?? process.env.PHASELENS_PRESET ?? "quick";
  if (!presets.includes(preset)) throw new Failure(`Unknown preset "${preset}"; there are: ${presets.join(", ")}.`, { exitCode: 2 });
  return /** @type {"quick" | "paper"} */ (preset);
}
