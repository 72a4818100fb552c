// Where parsers find their inputs: sound files of the tests, and a folder for damaged ones.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A sound file. @param {string} name  from tests/interop/fixtures */
export const fixture = (name) =>
  readFileSync(fileURLToPath(new URL(`../../interop/fixtures/${name}`, import.meta.url)));

/** Numbers of other programs. @param {string} name  from tests/reference */
export const reference = (name) =>
  readFileSync(fileURLToPath(new URL(`../../reference/${name}`, import.meta.url)));

/** A file of data/. @param {string} name */
export const shipped = (name) =>
  readFileSync(fileURLToPath(new URL(`../../../data/${name}`, import.meta.url)));

/** @param {Buffer | string} text */
export const json = (text) => JSON.parse(text.toString());

/** @param {string} folder  @param {string} name  @param {Uint8Array | string} content */
export function written(folder, name, content) {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}
