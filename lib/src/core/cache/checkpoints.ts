import { ConfigError, EnvironmentError } from "../errors.js";

/** Where a long calculation keeps its state, so that it goes on where it was killed. */
export interface CheckpointOptions {
  /** File of the state; it is made, replaced as a whole, and left there when all is done. */
  readonly path: string;
  /** Epochs, or trees, from one state to the next (default 1). */
  readonly every?: number;
}

/** What a calculation is, word by word: what must be the same for its state to be of use. */
export type Identity = Readonly<Record<string, unknown>>;

/** States in files. */
export interface CheckpointFiles {
  /**
   * The state in a file; undefined if there is no file.
   * @param what  who asks, for messages
   */
  read(path: string, identity: Identity, what: string): unknown;
  /** Replaces the state as a whole. */
  write(path: string, identity: Identity, state: unknown): void;
}

let files: CheckpointFiles | undefined;

/**
 * Lets calculations keep states. Files are nothing for a page, so that a bundler leaves out what
 * writes them with the module that calls this, `checkpointFile`.
 */
export function keepCheckpointsIn(made: CheckpointFiles): void {
  files = made;
}

/** @throws EnvironmentError where there are no files */
export function checkpointFiles(what: string): CheckpointFiles {
  if (files) return files;
  throw new EnvironmentError(
    `${what}: a checkpoint needs files, which are not there (a browser?). Leave checkpoint out.`,
  );
}

/** @throws ConfigError for a path or a number of epochs that is none */
export function checkpointEvery({ path, every = 1 }: CheckpointOptions, what: string): number {
  if (typeof path !== "string" || path === "")
    throw new ConfigError(`${what}: checkpoint.path is ${String(path)}. Name a file.`);
  if (!(Number.isInteger(every) && every >= 1))
    throw new ConfigError(`${what}: checkpoint.every is ${every}. Give a whole number ≥ 1.`);
  return every;
}
