import { nodeModule } from "../files/nodeModule.js";
import { endedFromOutside } from "../tasks/cancellation.js";

/** A lock that this thread holds. */
export interface Lock {
  release(): void;
}

/** Names a lock that is held: its file, and who holds it. */
export interface HeldLock {
  readonly path: string;
  readonly token: string;
}

/**
 * Locks that this thread holds, by token, and how many computations had been ended from outside
 * when they were taken: those of ended ones are held by nobody.
 */
const own = new Map<string, { readonly ended: number; release(): void }>();

let report: ((lock: HeldLock, held: boolean) => void) | undefined;

/**
 * Lets somebody who outlives this thread know its locks. The system ends a process with all that it
 * holds, and others see that it is gone; of a thread that is terminated nobody sees it, and its
 * lock would stand for ten minutes: who ends it releases its locks (`releaseFor`).
 */
export function reportLocks(listener: typeof report): void {
  report = listener;
}

/**
 * Releases a lock for a thread that has ended; nothing happens if somebody else holds it by now.
 */
export function releaseFor({ path, token }: HeldLock): void {
  if (readOwner(path)?.token === token) disk().rmSync(path, { force: true });
}

interface Owner {
  pid: number;
  host: string;
  /**
   * When the process began, in the kernel's ticks: tells a later process of the same number apart.
   * Null where unknown.
   */
  started: string | null;
  token: string;
}

const HEARTBEAT = 2_000; // ms
// ms; a computation that blocks its thread cannot give signs of life, so be patient
const SILENCE = 10 * 60_000;
// ms; a lock file without owner, this old, was left by a process killed while making it
const UNWRITTEN = 10_000;

const disk = (): typeof import("node:fs") => nodeModule("node:fs", "the cache");
const uuid = (): string => nodeModule("node:crypto", "the cache").randomUUID();
const hostname = (): string => nodeModule("node:os", "the cache").hostname();

/** Start of a process on this machine, from /proc where there is one. */
function startOf(pid: number): string | null {
  try {
    const stat = disk().readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]; // field 22, counted from after the command's name
  } catch {
    return null;
  }
}

/** Whether a process of that number runs on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // there, but somebody else's
  }
}

function readOwner(path: string): Owner | undefined {
  try {
    return JSON.parse(disk().readFileSync(path, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

/**
 * True if the holder of a lock is dead: its process is gone, or it has been silent for ten minutes.
 */
function isStale(path: string): boolean {
  const age =
    Date.now() - (disk().statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  const owner = readOwner(path);
  if (!owner) return age > UNWRITTEN;
  if (age > SILENCE) return true;
  if (owner.host !== hostname()) return false;
  return !isAlive(owner.pid) || (owner.started !== null && owner.started !== startOf(owner.pid));
}

/** Process number of a lock's holder, for messages. */
export function lockHolder(path: string): number | undefined {
  return readOwner(path)?.pid;
}

/** Removes the lock of a holder that is dead, e.g. killed between its result and the release. */
export function clearStale(path: string): void {
  if (disk().existsSync(path) && isStale(path)) removeStale(path);
}

/**
 * Tries to take a lock, a file that exists while someone holds it; takes over the lock of a dead
 * holder. Two holders at once are possible (a holder silent too long, two takeovers at the same
 * moment): it must only save work, never guard correctness.
 * @returns undefined if somebody else holds it
 */
export function tryLock(path: string): Lock | undefined {
  const owner: Owner = {
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid),
    token: uuid(),
  };
  try {
    writeNew(path, JSON.stringify(owner));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const mine = own.get(readOwner(path)?.token ?? "");
    if (mine && mine.ended < endedFromOutside()) mine.release();
    else if (isStale(path)) removeStale(path);
    return undefined; // the caller comes back
  }
  const held = { path, token: owner.token };
  report?.(held, true);
  const heartbeat = setInterval(() => {
    try {
      disk().utimesSync(path, new Date(), new Date());
    } catch {
      // taken over or deleted by hand; the result is written all the same
    }
  }, HEARTBEAT);
  heartbeat.unref();
  const lock = {
    ended: endedFromOutside(),
    release() {
      own.delete(owner.token);
      clearInterval(heartbeat);
      try {
        releaseFor(held);
      } catch {
        // what was computed counts more than a lock that outlives it: nobody waits where a value is
      }
      report?.(held, false);
    },
  };
  own.set(owner.token, lock);
  return lock;
}

/**
 * Makes a file that is not there yet; on a full disk it would be there without content, and hold
 * others up.
 */
function writeNew(path: string, text: string): void {
  const file = disk().openSync(path, "wx");
  try {
    disk().writeFileSync(file, text);
  } catch (error) {
    disk().rmSync(path, { force: true });
    throw error;
  } finally {
    disk().closeSync(file);
  }
}

/** Removes by renaming first: of several who try, one succeeds. */
function removeStale(path: string): void {
  const aside = `${path}.${uuid().slice(0, 8)}.stale`;
  try {
    disk().renameSync(path, aside);
    disk().rmSync(aside, { force: true });
  } catch {
    // somebody else was faster
  }
}
