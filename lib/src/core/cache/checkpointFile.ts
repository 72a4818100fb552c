import { ConfigError, DataError } from "../errors.js";
import { atomicWrite } from "../files/atomicWrite.js";
import { nodeModule } from "../files/nodeModule.js";
import { canonicalJson } from "./canonicalJson.js";
import { decodeCacheFile, encodeCacheFile } from "./cacheFile.js";

/** Where a long calculation keeps its state, so that it goes on where it was killed. */
export interface CheckpointOptions {
  /** File of the state; it is made, replaced as a whole, and left there when all is done. */
  readonly path: string;
  /** Epochs, or trees, from one state to the next (default 1). */
  readonly every?: number;
}

/** What a calculation is, word by word: what must be the same for its state to be of use. */
export type Identity = Readonly<Record<string, unknown>>;

const KEY = canonicalJson("checkpoint");
const asWritten = (value: unknown): string => canonicalJson(value ?? null);

/**
 * The state in a checkpoint file; undefined if there is no file.
 * @param what  who asks, for messages
 * @throws ConfigError if another calculation wrote it, naming what differs, DataError if the file
 *   is damaged
 */
export function readCheckpointFile(path: string, identity: Identity, what: string): unknown {
  const { existsSync, readFileSync } = nodeModule("node:fs", "a checkpoint");
  if (!existsSync(path)) return undefined;
  let kept: { identity: Identity; state: unknown };
  try {
    kept = decodeCacheFile(readFileSync(path), path, KEY) as typeof kept;
  } catch (error) {
    throw new DataError(
      `${path}: is no sound checkpoint (${(error as Error).message.slice(0, 200)}). Remove it to begin anew.`,
      { file: path },
    );
  }
  const names = [...new Set([...Object.keys(identity), ...Object.keys(kept.identity)])].sort();
  for (const name of names) {
    const [old, now] = [asWritten(kept.identity[name]), asWritten(identity[name])];
    if (old === now) continue;
    throw new ConfigError(
      `${what}: ${path} is the state of another calculation: ${name} is ${old.slice(0, 200)} there and ${now.slice(0, 200)} here. Name another path, or remove the file.`,
      { path, name },
    );
  }
  return kept.state;
}

/** Replaces the state as a whole: whoever is killed finds the old one or the new one. */
export function writeCheckpointFile(path: string, identity: Identity, state: unknown): void {
  atomicWrite(path, ...encodeCacheFile(KEY, { identity, state }, "the checkpoint"));
}

/** @throws ConfigError for a path or a number of epochs that is none */
export function checkpointEvery({ path, every = 1 }: CheckpointOptions, what: string): number {
  if (typeof path !== "string" || path === "")
    throw new ConfigError(`${what}: checkpoint.path is ${String(path)}. Name a file.`);
  if (!(Number.isInteger(every) && every >= 1))
    throw new ConfigError(`${what}: checkpoint.every is ${every}. Give a whole number ≥ 1.`);
  return every;
}
