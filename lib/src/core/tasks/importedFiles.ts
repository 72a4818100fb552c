import { nodeModule } from "../files/nodeModule.js";

/** A file and how it was when it was read: when it was written last, and its size. */
export interface FileStamp {
  readonly path: string;
  readonly stamp: string;
}

/** What a module imports by a relative path, as a statement or a call. */
const RELATIVE = /\b(?:from|import|require)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;
/** Files that are looked into at most. */
const MOST = 200;

function stampOf(path: string): string {
  const found = nodeModule("node:fs", "finding a module").statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "none" : `${found.mtimeMs} ${found.size}`;
}

/** Whether a file is still as it was. */
export const isUnchanged = ({ path, stamp }: FileStamp): boolean => stampOf(path) === stamp;

/**
 * The file of a module and those that it imports by relative paths, as they are now. What it finds
 * in packages is taken to stay as it is.
 * @param address  of a file; others (data:, https:) have none
 */
export function filesOfModule(address: string): FileStamp[] {
  if (!address.startsWith("file:")) return [];
  const { fileURLToPath } = nodeModule("node:url", "finding a module");
  const { readFileSync } = nodeModule("node:fs", "finding a module");
  const seen = new Set([address]);
  const stamps: FileStamp[] = [];
  for (const one of seen) {
    const path = fileURLToPath(one);
    stamps.push({ path, stamp: stampOf(path) });
    if (stamps[stamps.length - 1].stamp === "none") continue;
    for (const [, relative] of readFileSync(path, "utf8").matchAll(RELATIVE))
      if (seen.size < MOST) seen.add(new URL(relative, one).href);
  }
  return stamps;
}
