import type { Start } from "../../lrp/propagation/start.js";
import type { LossOutput } from "../../nn/losses/loss.js";

/** Which output is explained, and its name in words. */
export interface NamedStart {
  readonly start: Start;
  readonly words: string;
}

/**
 * The output that a number or the name of a class means; undefined if there is none.
 * @param text  undefined: the largest of each point
 */
export function startOf(
  text: string | undefined,
  classes: readonly string[] | undefined,
  outputs: number,
  output: LossOutput,
): NamedStart | undefined {
  if (text === undefined)
    return outputs > 1
      ? { start: "arg-max", words: "the largest output of each point" }
      : { start: { output: 0 }, words: "the output" };
  const yes = output === "sigmoid" && outputs === 1 ? classes?.[1] : undefined;
  if (text === yes) return { start: { output: 0 }, words: `the output, which speaks for ${text}` };
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  const chosen = classes?.includes(text) ? classes.indexOf(text) : number;
  if (!(chosen < outputs)) return undefined;
  return { start: { output: chosen }, words: `output ${classes ? classes[chosen] : chosen}` };
}
