import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** @param {string | Uint8Array} content  @returns {string} SHA-256, hexadecimal */
export const sha256 = (content) => createHash("sha256").update(content).digest("hex");

/**
 * All files below a folder, sorted, absolute. A missing folder has none.
 * @param {string} folder  @param {(path: string) => boolean} [keep]  @returns {string[]}
 */
export function filesBelow(folder, keep = () => true) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter(keep)
    .sort();
}

/**
 * One hash of names and contents. Files and folders may be missing; that is part of the hash.
 * @param {string} base  names enter relative to it, so that a moved clone keeps its hashes
 * @param {string[]} files  absolute paths
 */
export function hashFiles(base, files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = existsSync(file) ? readFileSync(file) : Buffer.from("missing");
    hash.update(`${relative(base, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}
