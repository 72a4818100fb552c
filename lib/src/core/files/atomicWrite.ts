import { nodeModule } from "./nodeModule.js";

/**
 * Writes a file whole or not at all: readers see the old content or the new, never a part, even
 * after a crash. Makes the folder if it is missing.
 * @param parts  one content or several, written one after the other
 */
export function atomicWrite(path: string, ...parts: readonly (string | Uint8Array)[]): void {
  const { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } =
    nodeModule("node:fs", "writing a file");
  const { dirname } = nodeModule("node:path", "writing a file");
  const { randomUUID } = nodeModule("node:crypto", "writing a file");
  mkdirSync(dirname(path), { recursive: true });
  // the same folder, since a rename is atomic only within one file system
  const unfinished = `${path}.${process.pid}-${randomUUID().slice(0, 8)}.tmp`;
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
