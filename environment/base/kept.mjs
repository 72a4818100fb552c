// Texts that take long to make and depend on what is at hand alone, kept below .cache/.
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "./atomic.mjs";
import { sha256 } from "./hash.mjs";
import { inProject } from "./project.mjs";

/** So many texts of a kind are kept, the newest. */
const limit = 400;

/**
 * @param {string} kind  a folder of .cache/
 * @param {unknown} inputs  all that the text depends on, as JSON has it
 * @returns {string | undefined}  undefined where it was not made yet
 */
export function readKept(kind, inputs) {
  const path = pathOf(kind, inputs);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** @param {string} kind  @param {unknown} inputs  as for `readKept`  @param {string} text */
export function keep(kind, inputs, text) {
  writeAtomically(pathOf(kind, inputs), text);
  const folder = inProject(".cache", kind);
  const names = readdirSync(folder);
  if (names.length <= limit) return;
  const dated = names.map((name) => {
    const path = join(folder, name);
    return { path, changed: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
  });
  dated.sort((a, b) => b.changed - a.changed);
  for (const { path } of dated.slice(limit)) rmSync(path, { force: true });
}

const pathOf = (kind, inputs) => inProject(".cache", kind, sha256(JSON.stringify(inputs)));
