import { readFileSync } from "node:fs";

/**
 * What a JSON file holds; null when it is missing or broken. For caches and records, which can be
 * made anew.
 * @param {string} path
 */
export function readJsonIfSound(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
