import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Failure } from "./failure.mjs";

/**
 * Writes a file under another name and renames it, so that a reader sees the old content or the new
 * one, never half of it.
 * @param {string} path  @param {string | Uint8Array} content
 * @throws Failure  the system refuses; the old content is still there
 */
export function writeAtomically(path, content) {
  const draft = `${path}.${process.pid}.draft`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    removeDrafts(path);
    writeFileSync(draft, content);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new Failure(`${path}: cannot be written (${error.code ?? error.message}).`, {
      cause: error,
    });
  }
}

/** What killed processes of this machine left of the same file. */
function removeDrafts(path) {
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const pid = /^(\d+)\.draft$/.exec(name.slice(basename(path).length + 1))?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dirname(path), name));
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
