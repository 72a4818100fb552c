import { isAlive } from "../cache/lock.js";
import { nodeModule } from "./nodeModule.js";

const PURPOSE = "writing a file";

// ms; of a process on another machine that shares the folder nobody here sees whether it lives. No
// file takes this long to write
const SILENCE = 10 * 60_000;

/** `<process>-<machine>-<random>` */
const TAG = /(?:^|[.-])(\d+)-([0-9a-f]{8})-([0-9a-f]{8})(?:\.tmp)?$/;

/** Machines are told apart by their names: process numbers say nothing on another one. */
function machine(): string {
  const { createHash } = nodeModule("node:crypto", PURPOSE);
  const { hostname } = nodeModule("node:os", PURPOSE);
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
}

/** What a name that is not the last one ends in: who writes it, to be known if it stays behind. */
export function draftTag(): string {
  const { randomUUID } = nodeModule("node:crypto", PURPOSE);
  return `${process.pid}-${machine()}-${randomUUID().slice(0, 8)}`;
}

/**
 * Whether a file or folder whose name ends in a `draftTag` was left by a process that is gone.
 * False for every other name.
 */
export function isAbandoned(folder: string, name: string): boolean {
  const [, pid, host] = TAG.exec(name) ?? [];
  if (pid === undefined) return false;
  if (host === machine()) return !isAlive(Number(pid));
  const { statSync } = nodeModule("node:fs", PURPOSE);
  const { join } = nodeModule("node:path", PURPOSE);
  const written = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  return Date.now() - written > SILENCE;
}
