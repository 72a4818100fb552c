// Every parser of the project: how its inputs are made, and how it is called.
import { generated } from "./generated.mjs";
import { damagedBytes, damagedJson, madeText, oneOf, below } from "./inputs.mjs";
import { models } from "./models.mjs";
import { pages } from "./pages.mjs";
import { tables } from "./tables.mjs";

/**
 * @typedef {object} Parser
 * @property {readonly Buffer[]} [sound]   files that are damaged byte by byte
 * @property {readonly unknown[]} [json]   values that are damaged place by place
 * @property {readonly string[]} [pieces]  that texts are made of
 * @property {(bytes: Buffer, folder: string, random: () => number, which: number) => unknown} read
 *   `which`: of the sound files, the one that was damaged
 */

/** By the name of the function. @type {Readonly<Record<string, Parser>>} */
export const parsers = { ...tables, ...models, ...generated, ...pages };

/**
 * An input of a parser, and which sound one it was made of.
 * @param {Parser} parser  @param {() => number} random
 */
export function inputOf({ sound = [], json = [], pieces }, random) {
  if (pieces && random() < 0.7) return { bytes: madeText(random, pieces), which: 0 };
  if (json.length > 0) return { bytes: damagedJson(random, oneOf(random, json)), which: 0 };
  const which = below(random, sound.length);
  if (random() < 0.03) return { bytes: madeUp(random, sound[which]), which };
  return { bytes: damagedBytes(random, sound[which]), which };
}

/** Bytes of anything behind the right beginning. */
function madeUp(random, sound) {
  const begin = sound.subarray(0, below(random, 100));
  return Buffer.concat([
    begin,
    Buffer.from({ length: below(random, 300) }, () => 0).map(() => below(random, 256)),
  ]);
}
