import { checkGiven } from "./anyManifest.js";
import { takes } from "../core/arguments/takes.js";
import {
  callable,
  count,
  filePath,
  nonNegative,
  optional,
  record,
} from "../core/arguments/kinds.js";
import { parallelMap } from "../core/tasks/parallel.js";
import { claimFolder } from "./folder.js";
import type { AnyManifest } from "./anyManifest.js";
import { costOf, planAnyPieces, type AnyPiece } from "./anyPieces.js";
import { mergePieces, type MergeResult } from "./mergePieces.js";
import { inspectPiece, removeCheckpoint } from "./pieceFiles.js";
import { piecesOfShard, type ShardChoice } from "./pieces.js";
import type { PieceResult, PieceTask } from "./runPiece.js";

/** Options of `generate`. */
export interface GenerateOptions {
  /** Folder of the files; made if it is missing. */
  readonly out: string;
  /** Part i of N, everything by default. */
  readonly shard?: ShardChoice;
  /** Worker threads; PHASELENS_JOBS or the number of cores by default. */
  readonly jobs?: number;
  /**
   * Stops it: finished pieces and checkpoints stay good, and the next call goes on from them
   * (default: it runs to the end).
   */
  readonly signal?: AbortSignal;
  /**
   * Told after every piece how many are done of how many, and in about how many seconds the rest
   * will be, undefined before the first (default nobody is told).
   */
  readonly onDone?: (done: number, total: number, secondsLeft: number | undefined) => void;
  /** Whatever is worth a line in the log: what is made again, and why (default nobody is told). */
  readonly onNotice?: (line: string) => void;
  /** From one checkpoint of a piece to the next, 10 by default. */
  readonly checkpointSeconds?: number;
  /**
   * Another sampler than `sampleEnsemble` or `jetsOfPiece`, which are the default; see `PieceTask`.
   */
  readonly sampler?: PieceTask["sampler"];
}

const generateOptions = record({
  out: filePath,
  shard: optional(record({}, "{ index, count }")),
  jobs: optional(count(1)),
  onDone: optional(callable),
  onNotice: optional(callable),
  checkpointSeconds: optional(nonNegative),
});

/** What a run did, by the pieces' stems. */
export interface GenerateResult {
  readonly made: readonly string[];
  /** Those of `made` that went on from a checkpoint. */
  readonly resumed: readonly string[];
  /** Found sound and kept. */
  readonly skipped: readonly string[];
  /** Those of `made` that were there, and why they could not be used. */
  readonly redone: readonly { readonly stem: string; readonly reason: string }[];
  readonly failed: readonly { readonly stem: string; readonly reason: string }[];
  /** Ensembles made in this run whose report complains. */
  readonly flagged: readonly { readonly stem: string; readonly flags: readonly string[] }[];
  /**
   * What checking the whole folder found once all was made: pieces that are missing or corrupt
   * although they were made, and whether index.json was written. Undefined for a shard, and where
   * something failed.
   */
  readonly merged: MergeResult | undefined;
  readonly seconds: number;
}

/**
 * Makes what a manifest asks for: one .npy (readable by numpy) and one .json for each κ and set, or
 * some jets, each a function of it alone, whatever the number of workers, shards and interruptions.
 * What is there and sound is kept, what is damaged is made again; a run without `shard` that
 * completes the folder writes index.json, see `mergePieces`.
 * @throws ConfigError for a manifest that cannot be sampled, a shard out of range, a folder of
 *   another manifest, or a disk that refuses;
 *         finished pieces stay good whatever happens
 */
export async function generate(
  manifest: AnyManifest,
  options: GenerateOptions,
): Promise<GenerateResult> {
  checkGiven(manifest, "generate");
  takes("generate", { options: [options, generateOptions] });
  const { out, shard, jobs, onDone, onNotice, checkpointSeconds = 10, sampler, signal } = options;
  const begun = performance.now();
  const all = planAnyPieces(manifest);
  const pieces = shard ? piecesOfShard(all, shard) : all;
  claimFolder(out, manifest);

  const pending: AnyPiece[] = [];
  const skipped: string[] = [];
  const redone: { stem: string; reason: string }[] = [];
  for (const piece of pieces) {
    const found = inspectPiece(out, piece);
    if (found.state === "valid") {
      skipped.push(piece.stem);
      removeCheckpoint(out, piece);
      continue;
    }
    pending.push(piece);
    if (found.state === "corrupt") {
      redone.push({ stem: piece.stem, reason: found.reason });
      onNotice?.(`${piece.stem}: ${found.reason}; it is made again.`);
    }
  }

  // the longest first, so that no worker is left alone with one at the end
  pending.sort((one, other) => costOf(other) - costOf(one));
  const cost = pending.map(costOf);
  const whole = cost.reduce((sum, one) => sum + one, 0);
  const started = performance.now();
  let spent = 0;
  const report = (done: number): void => {
    if (done > 0) spent += cost[done - 1];
    const secondsLeft =
      done === 0 ? undefined : (((performance.now() - started) / 1000) * (whole - spent)) / spent;
    onDone?.(skipped.length + done, pieces.length, secondsLeft);
  };
  report(0);
  const tasks = pending.map((piece): PieceTask => ({
    folder: out,
    piece,
    checkpointSeconds,
    ...(sampler ? { sampler } : {}),
  }));
  const task = { module: new URL("./runPiece.js", import.meta.url), name: "runPiece" };
  const results = await parallelMap<PieceTask, PieceResult>(task, tasks, {
    label: "generate",
    jobs,
    signal,
    onDone: onDone && report,
  });

  for (const { stem, fault } of results)
    if (fault) onNotice?.(`${stem}: ${fault}; it was made from the beginning.`);
  const made = results.filter(({ failure }) => failure === undefined);
  const failed = results.flatMap(({ stem, failure }) =>
    failure === undefined ? [] : [{ stem, reason: failure }],
  );
  const merged = !shard && failed.length === 0 ? mergePieces(out) : undefined;
  return {
    made: made.map(({ stem }) => stem),
    resumed: made.filter(({ resumedFrom }) => resumedFrom > 0).map(({ stem }) => stem),
    skipped,
    redone,
    failed,
    flagged: made
      .filter(({ flags }) => flags.length > 0)
      .map(({ stem, flags }) => ({ stem, flags })),
    merged,
    seconds: (performance.now() - begun) / 1000,
  };
}
