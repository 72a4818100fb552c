import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { writeAtomically } from "./atomic.mjs";
import { readJsonIfSound } from "./json-file.mjs";
import { inProject } from "./project.mjs";

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
 * One hash of names and contents. Files and folders may be missing; that is part of the hash. Many
 * files are read once: as long as none of them has changed, their hash is known.
 * @param {string} base  names enter relative to it, so that a moved clone keeps its hashes
 * @param {string[]} files  absolute paths
 */
export function hashFiles(base, files) {
  if (files.length < many) return hashContents(base, files);
  const { identity, settled } = identityOf(base, files);
  const known = hashes().get(identity);
  if (known !== undefined) return known;
  const hash = hashContents(base, files);
  if (settled) remember(identity, hash);
  return hash;
}

/** @param {string} base  @param {string[]} files */
function hashContents(base, files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = existsSync(file) ? readFileSync(file) : Buffer.from("missing");
    hash.update(`${relative(base, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** From so many files on, reading them costs more than looking up what they are. */
const many = 50;
/** A file that changed so shortly ago, ms, may change again without a later date. */
const unsettled = 2_000;
/** So many hashes are kept, the newest. */
const kept = 40;
const record = inProject(".cache", "hashes.json");

/** By identity of the files. @type {Map<string, string> | undefined} */
let remembered;
function hashes() {
  if (remembered === undefined) {
    const entries = readJsonIfSound(record);
    remembered = new Map(Array.isArray(entries) ? entries : []);
  }
  return remembered;
}

function remember(identity, hash) {
  const all = hashes();
  all.set(identity, hash);
  for (const oldest of [...all.keys()].slice(0, -kept)) all.delete(oldest);
  writeAtomically(record, JSON.stringify([...all]));
}

/**
 * Names, sizes and last changes. The change of the inode, unlike the date of modification, cannot
 * be set back.
 * @param {string} base  @param {string[]} files
 */
function identityOf(base, files) {
  const now = Date.now();
  let settled = true;
  const lines = files.map((file) => {
    const status = statSync(file, { throwIfNoEntry: false });
    if (status === undefined) return `${file}\0missing`;
    if (Math.abs(now - status.ctimeMs) < unsettled) settled = false;
    return `${file}\0${status.size}\0${status.ctimeMs}\0${status.ino}`;
  });
  return { identity: sha256([base, ...lines].join("\n")), settled };
}
