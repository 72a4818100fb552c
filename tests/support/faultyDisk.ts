// A disk that stops at a chosen file operation: as if the process were killed there, or with an
// error of the system.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { resolve, sep } from "node:path";

/**
 * What happens at the operation: the process ends there (nothing reaches the disk from then on, no
 * tidying up either; of a content half is written), or the system refuses.
 */
export type Fault = "killed" | "ENOSPC" | "EACCES" | "EIO";
export const faults: readonly Fault[] = ["killed", "ENOSPC", "EACCES", "EIO"];

/** Everything of node:fs that changes a disk. */
export const changes = [
  "appendFileSync",
  "chmodSync",
  "copyFileSync",
  "cpSync",
  "ftruncateSync",
  "fsyncSync",
  "linkSync",
  "mkdirSync",
  "mkdtempSync",
  "openSync",
  "renameSync",
  "rmSync",
  "rmdirSync",
  "symlinkSync",
  "truncateSync",
  "unlinkSync",
  "utimesSync",
  "writeFileSync",
  "writeSync",
] as const;

/** What takes room on a disk: only that is refused when it is full. */
const fills: readonly string[] = [
  "appendFileSync",
  "copyFileSync",
  "cpSync",
  "mkdirSync",
  "mkdtempSync",
  "openSync",
  "writeFileSync",
  "writeSync",
  "fsyncSync",
];

// no process has this number: what is left afterwards is that of a process that has ended
const GONE = 2 ** 30;

class Killed extends Error {}

type Disk = Record<string, (...args: unknown[]) => unknown>;

export interface Outcome {
  /** File operations below the folder, up to the end of the action. */
  readonly operations: number;
  /** What the action threw; undefined where it ended well. */
  readonly error: unknown;
}

/**
 * Runs an action on a folder with a fault at one operation below it.
 * @param at  number of the operation, from 1; 0: none
 */
export async function withFault(
  folder: string,
  at: number,
  fault: Fault,
  action: () => unknown,
): Promise<Outcome> {
  const disk = fs as unknown as Disk;
  const originals = new Map(changes.map((name) => [name, disk[name]]));
  const files = new Set<unknown>();
  const pid = process.pid;
  let operations = 0;
  let dead = false;
  const concerns = (args: unknown[]): boolean =>
    args
      .slice(0, 2)
      .some((arg) =>
        typeof arg === "number"
          ? arg === args[0] && files.has(arg)
          : typeof arg === "string" && isBelow(arg),
      );
  const isBelow = (path: string): boolean =>
    resolve(path) === folder || resolve(path).startsWith(folder + sep);
  for (const [name, original] of originals) {
    disk[name] = (...args) => {
      if (!concerns(args) || (name === "openSync" && (args[1] ?? "r") === "r"))
        return original(...args);
      if (dead) throw new Killed();
      if (++operations === at) {
        if (fault === "killed") {
          if (name === "writeFileSync") {
            operations = -Infinity; // Node writes by other functions of the module
            original(args[0], half(args[1]), args[2]);
          }
          dead = true;
          throw new Killed();
        }
        if (fault !== "ENOSPC" || fills.includes(name)) throw refusal(fault, name);
      }
      const result = original(...args);
      if (name === "openSync") files.add(result);
      return result;
    };
  }
  syncBuiltinESMExports();
  if (at > 0) Object.defineProperty(process, "pid", { value: GONE, configurable: true });
  let error: unknown;
  try {
    await action();
  } catch (thrown) {
    error = thrown;
  } finally {
    for (const [name, original] of originals) disk[name] = original;
    syncBuiltinESMExports();
    Object.defineProperty(process, "pid", { value: pid, configurable: true });
  }
  return { operations, error };
}

const half = (content: unknown): unknown => {
  const whole = content as string | Uint8Array;
  return whole.slice(0, whole.length / 2);
};

const refusal = (code: string, syscall: string): Error =>
  Object.assign(new Error(`${code}: refused, ${syscall}`), { code, syscall, errno: -1 });
