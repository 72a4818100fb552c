import { writing } from "./diskError.js";
import { draftTag, isAbandoned } from "./draftNames.js";
import { nodeModule } from "./nodeModule.js";

type Part = string | Uint8Array;

/**
 * Writes a file whole or not at all: readers see the old content or the new, never a part, even
 * after a crash. Makes the folder if it is missing, and removes what killed processes left there.
 * @param parts  one content or several, written one after the other
 * @throws DataError where the system refuses
 */
export function atomicWrite(path: string, ...parts: readonly Part[]): void {
  writing(path, () => writeWhole(path, ...parts));
}

/** `atomicWrite` for callers with words of their own. @throws the system's error */
export function writeWhole(path: string, ...parts: readonly Part[]): void {
  const { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } =
    nodeModule("node:fs", "writing a file");
  const { dirname } = nodeModule("node:path", "writing a file");
  mkdirSync(dirname(path), { recursive: true });
  clearAway(dirname(path));
  // the same folder, since a rename is atomic only within one file system
  const unfinished = `${path}.${draftTag()}.tmp`;
  try {
    const file = openSync(unfinished, "wx");
    try {
      for (const part of parts) writeFileSync(file, part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Folders that were looked through: to read thousands of names for each file would take long. */
const cleared = new Set<string>();

/** Removes the unfinished files of processes that are gone; once a folder and process. */
function clearAway(folder: string): void {
  const { readdirSync, rmSync } = nodeModule("node:fs", "writing a file");
  const { join, resolve } = nodeModule("node:path", "writing a file");
  const whole = resolve(folder);
  if (cleared.has(whole)) return;
  cleared.add(whole);
  for (const name of readdirSync(whole))
    if (name.endsWith(".tmp") && isAbandoned(whole, name))
      rmSync(join(whole, name), { force: true });
}
