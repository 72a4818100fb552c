import { ConfigError, DataError } from "../errors.js";
import { atomicWrite } from "../files/atomicWrite.js";
import { nodeModule } from "../files/nodeModule.js";
import { canonicalJson } from "./canonicalJson.js";
import { decodeCacheFile, encodeCacheFile } from "./cacheFile.js";
import { keepCheckpointsIn, type Identity } from "./checkpoints.js";

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
    if (typeof kept?.identity !== "object" || kept.identity === null)
      throw new Error("no identity");
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

keepCheckpointsIn({ read: readCheckpointFile, write: writeCheckpointFile });
