import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { atomicWrite } from "../../core/files/atomicWrite.js";
import { writing } from "../../core/files/diskError.js";

/**
 * A model in two files that belong together: numbers, and a JSON that names their file.
 */
export interface ModelFiles {
  /** Of the JSON. */
  readonly path: string;
  /** Name of the file of numbers, beside the JSON: what stands before and after its number. */
  readonly numbers: readonly [before: string, after: string];
  readonly bytes: Uint8Array;
  /** The JSON, given the name of the file of numbers. */
  readonly json: (numbers: string) => string;
}

/**
 * Replaces a model by another so that a reader finds the old one or the new one, never the numbers
 * of one with the layers of the other: a rename replaces one file, not two. Where both change, the
 * new numbers go to a name with their hash (`model.theta-1f3a90c2.npy`), the new JSON points to it,
 * and the old numbers go last. Killed on the way, the same call ends with the same files.
 */
export function writeModelFiles({ path, numbers: [before, after], bytes, json }: ModelFiles): void {
  const file = (name: string): string => join(dirname(path), name);
  const plain = `${before}${after}`;
  const hashed = `${before}-${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}${after}`;
  const there = existsSync(path) ? writing(path, () => readFileSync(path, "utf8")) : "";
  const used = numbersNamedIn(there, before, after);
  const free = used !== plain || there === json(plain) || holds(file(plain), bytes);
  const name = used === hashed || !free ? hashed : plain;
  atomicWrite(file(name), bytes);
  atomicWrite(path, json(name));
  for (const old of [used, plain])
    if (old !== undefined && old !== name)
      writing(file(old), () => rmSync(file(old), { force: true }));
}

/** Which of our names of numbers an earlier JSON points to. */
function numbersNamedIn(json: string, before: string, after: string): string | undefined {
  const named = json.split('"').filter((text) => text.startsWith(before) && text.endsWith(after));
  return named.find((text) =>
    /^(-[0-9a-f]{8})?$/.test(text.slice(before.length, text.length - after.length)),
  );
}

/** Whether a file has these bytes. */
function holds(path: string, bytes: Uint8Array): boolean {
  return existsSync(path) && writing(path, () => readFileSync(path)).equals(bytes);
}
