import { takes } from "../arguments/takes.js";
import { callable, integer, name, optional, record, truth } from "../arguments/kinds.js";
import { writeWhole } from "../files/atomicWrite.js";
import { ownCacheDirectory } from "./cacheDirectory.js";
import { CACHE_FORMAT, decodeCacheFile, encodeCacheFile } from "./cacheFile.js";
import { canonicalJson } from "./canonicalJson.js";
import { filesBeingComputed, whileComputing } from "./computing.js";
import { ConfigError } from "../errors.js";
import { clearStale, lockHolder, tryLock, type Lock } from "./lock.js";
import { longRun, type LongRunOptions } from "../tasks/longRun.js";
import { fusedArithmetic } from "../native/fused.js";
import { nativeBlas, withoutNative } from "../native/blas.js";
import { nodeModule } from "../files/nodeModule.js";
import { progress } from "../tasks/progress.js";

/** What a result depends on, entirely: equal keys promise equal results. */
export interface CacheKey {
  /** Name of the function that computes it. */
  function: string;
  /** To be raised whenever that function gives other results than before. */
  version: number;
  /** Its arguments: plain values, arrays and typed arrays. */
  params: unknown;
  /** Seed of what is random in it (default none). */
  seed?: number;
  /**
   * True where the result has the same bytes on every machine: it is computed without a native
   * BLAS, and the key does not name one (default false).
   */
  portable?: boolean;
}

/** What is said of each use of the cache on the diagnostics channel "phaselens:cache". */
export interface CacheUse {
  /** Name from the key; of `cachedEach` with the index of the item, as "energy[3]". */
  readonly function: string;
  /** false: it was computed now. */
  readonly found: boolean;
}

interface Entry {
  readonly label: string;
  readonly file: string;
  /** Canonical JSON of the key. */
  readonly key: string;
}

const POLL = [20, 50, 100, 200, 500]; // ms between looks at somebody else's computation
const PATIENCE = 2_000; // ms of waiting before it is mentioned

const disk = (): typeof import("node:fs") => nodeModule("node:fs", "the cache");
const paths = (): typeof import("node:path") => nodeModule("node:path", "the cache");
const timers = (): typeof import("node:timers/promises") =>
  nodeModule("node:timers/promises", "the cache");

/** Tells who listens whether an entry was found or had to be computed, see `cached`. */
function published<T>(entry: Entry, found: boolean, value: T): T {
  const use: CacheUse = { function: entry.label, found };
  nodeModule("node:diagnostics_channel", "the cache").channel("phaselens:cache").publish(use);
  return value;
}

const hashOf = (text: string): string =>
  nodeModule("node:crypto", "the cache")
    .createHash("sha256")
    .update(text)
    .digest("hex")
    .slice(0, 32);

function checkKey(key: CacheKey): void {
  takes("cached", {
    key: [
      key,
      record(
        { function: name, version: integer, seed: optional(integer), portable: optional(truth) },
        "the key of a result",
      ),
    ],
  });
}

/** The key as canonical JSON, the format of the file included. */
function keyText(key: CacheKey): string {
  const { version, params, seed } = key;
  // a native library rounds differently, and so do fused products: results of their own
  const blas = key.portable ? undefined : nativeBlas()?.name;
  const fused = !key.portable && fusedArithmetic();
  return canonicalJson(
    {
      format: CACHE_FORMAT,
      function: key.function,
      version,
      params,
      seed,
      ...(blas === undefined ? {} : { blas }),
      ...(fused && { fused }),
    },
    `cached "${key.function}": key`,
  );
}

const fileStem = (key: CacheKey, text: string): string =>
  `${key.function.replace(/[^\w.-]+/g, "_")}-v${key.version}-${hashOf(text)}`;

/**
 * Files older than this moment count as absent: PHASELENS_FORCE=1 means the start of this process,
 * a time in ms since 1970 that time (so that the processes of one forced run share what they
 * compute).
 */
function forcedSince(): number {
  const value = process.env.PHASELENS_FORCE ?? "";
  if (value === "" || value === "0") return -Infinity;
  if (value === "1") return Date.now() - process.uptime() * 1000;
  if (/^\d{13,}$/.test(value)) return Number(value);
  throw new ConfigError(
    `PHASELENS_FORCE is "${value}"; it must be 1, or the time in ms since 1970 before which results are not used.`,
    { value },
  );
}

/** Runs `action` on the files of an entry; says what to do where the system refuses. */
function onDisk<T>(entry: Entry, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    const cure = "Free some space, or set PHASELENS_CACHE to a folder that can be written.";
    throw new ConfigError(`cached "${entry.label}": cannot use ${entry.file} (${code}). ${cure}`, {
      file: entry.file,
      code,
    });
  }
}

function lookUp(entry: Entry): { value: unknown } | undefined {
  const bytes = onDisk(entry, () => {
    const status = disk().statSync(entry.file, { throwIfNoEntry: false });
    return status && status.mtimeMs >= forcedSince() ? disk().readFileSync(entry.file) : undefined;
  });
  return bytes && { value: decodeCacheFile(bytes, entry.file, entry.key) };
}

/** @throws ConfigError if the value is needed to compute itself, which would wait for ever */
function refuseReentry({ label, file }: Entry): void {
  if (!filesBeingComputed().includes(file)) return;
  const fact = "the computation asks for its own result: the key is that of a call it is part of";
  throw new ConfigError(
    `cached "${label}": ${fact}. Give the inner call a key of its own (another function name).`,
    { file },
  );
}

async function lookUpOrCompute(entry: Entry, compute: () => unknown): Promise<unknown> {
  refuseReentry(entry);
  const lockFile = `${entry.file}.lock`;
  const begun = performance.now();
  let notice: { done(): void } | undefined;
  try {
    for (let look = 0; ; look++) {
      const kept = lookUp(entry);
      if (kept) {
        clearStale(lockFile);
        return published(entry, true, kept.value);
      }
      const lock = onDisk(entry, () => {
        disk().mkdirSync(paths().dirname(entry.file), { recursive: true });
        return tryLock(lockFile);
      });
      if (lock) return await computeAndKeep(entry, compute, lock);
      if (!notice && performance.now() - begun > PATIENCE) {
        notice = progress(
          `waiting for ${entry.label}, which process ${lockHolder(lockFile) ?? "?"} computes`,
          1,
        );
      }
      await timers().setTimeout(POLL[Math.min(look, POLL.length - 1)]);
    }
  } finally {
    notice?.done();
  }
}

async function computeAndKeep(entry: Entry, compute: () => unknown, lock: Lock): Promise<unknown> {
  try {
    const kept = lookUp(entry); // somebody may have finished between our look and our lock
    if (kept) return published(entry, true, kept.value);
    const value = await whileComputing([...filesBeingComputed(), entry.file], compute);
    const parts = encodeCacheFile(entry.key, value, `cached "${entry.label}": value`);
    onDisk(entry, () => writeWhole(entry.file, ...parts));
    return published(entry, false, value);
  } finally {
    lock.release();
  }
}

/**
 * The result of `compute`, from disk if the same key was computed before, by whichever process. Of
 * several processes that ask at the same moment one computes and the others wait for its file. The
 * value may hold numbers (NaN and ±∞ too), texts, booleans, undefined, arrays, plain objects,
 * tensors and typed arrays of up to 32 bits an integer, nested at will.
 *
 * Directory: PHASELENS_CACHE, see `cacheDirectory`. PHASELENS_FORCE=1 computes each key anew, once
 * a process. Each use is published as a
 * `CacheUse` on the channel "phaselens:cache" of node:diagnostics_channel.
 * @throws DataError naming the file if it is damaged; ConfigError for a key or value that cannot be
 *   written down, for `compute` asking
 *   for the same key, for a folder that cannot be used
 */
export async function cached<T>(key: CacheKey, compute: () => T | Promise<T>): Promise<T> {
  checkKey(key);
  takes("cached", { compute: [compute, callable] });
  const text = keyText(key);
  const file = paths().join(ownCacheDirectory(), `${fileStem(key, text)}.cache`);
  const run = key.portable ? () => withoutNative(compute) : compute;
  return (await lookUpOrCompute({ label: key.function, file, key: text }, run)) as T;
}

/**
 * `cached` for each item on its own, in order: a run that is killed goes on where it was, and a
 * longer list starts from the results of the shorter one. A result belongs to the item and its
 * index. Between items it hands back to the event loop and can be stopped.
 * @param compute         of one item
 * @param options.onDone  called after each item, found or computed
 */
export async function cachedEach<I, O>(
  key: CacheKey,
  items: readonly I[],
  compute: (item: I, index: number) => O | Promise<O>,
  options: LongRunOptions = {},
): Promise<O[]> {
  checkKey(key);
  const list = keyText(key);
  const folder = paths().join(ownCacheDirectory(), fileStem(key, list));
  return longRun(key.function, options, async (run) => {
    const results: O[] = [];
    for (let index = 0; index < items.length; index++) {
      await run.pause();
      const label = `${key.function}[${index}]`;
      const item = canonicalJson(items[index], `cachedEach "${label}": item`);
      const entryKey = `{"index":${index},"item":${item},"list":${list}}`;
      const file = paths().join(folder, `${index}-${hashOf(entryKey)}.cache`);
      const value = await lookUpOrCompute({ label, file, key: entryKey }, () =>
        compute(items[index], index),
      );
      results.push(value as O);
      run.tick(index + 1, items.length);
    }
    return results;
  });
}
