import { InterruptedError, PhaselensError } from "../core/errors.js";
import { withoutNative } from "../core/native/blas.js";
import { loadTask, taskAddress } from "../core/tasks/parallelTask.js";
import { sampleEnsemble, type Ensemble } from "../physics/sampling/ensemble.js";
import type { EnsembleSpec } from "../physics/sampling/ensembleSpec.js";
import { isDiskError } from "./onDisk.js";
import { pieceCheckpoint } from "./pieceCheckpoint.js";
import { removeCheckpoint, writePiece } from "./pieceFiles.js";
import type { AnyPiece } from "./anyPieces.js";
import { jetsOfPiece, type JetsOfPiece } from "./jetsOfPiece.js";
import { isJetsPiece } from "./jetsPieces.js";

/** One piece to be made, as plain values. */
export interface PieceTask {
  readonly folder: string;
  readonly piece: AnyPiece;
  readonly checkpointSeconds: number;
  /**
   * Another sampler than `sampleEnsemble` or `jetsOfPiece`, of the same signature: an export of a
   * module.
   */
  readonly sampler?: { readonly module: string; readonly name: string };
}

/** What came of one piece. */
export interface PieceResult {
  readonly stem: string;
  /** Trajectories that an interrupted run had done. */
  readonly resumedFrom: number;
  /** Why what an interrupted run had left was not used. */
  readonly fault?: string;
  /** What the ensemble's report complains of. */
  readonly flags: readonly string[];
  /** Why there is no ensemble; other pieces are not affected. */
  readonly failure?: string;
}

/**
 * Samples one piece from its beginning or its checkpoint and writes it; a task for `parallelMap`.
 * A sampler that gives up (say, CG that does not converge) is a result; a disk that refuses ends
 * the run.
 * @throws ConfigError if a file cannot be written
 */
export function runPiece(task: PieceTask): Promise<PieceResult> {
  return withoutNative(() => makePiece(task)); // its bytes are promised
}

async function makePiece({
  folder,
  piece,
  checkpointSeconds,
  sampler,
}: PieceTask): Promise<PieceResult> {
  const begun = performance.now();
  const named = sampler && (await loadTask(taskAddress(sampler.module), sampler.name));
  // jets take a fraction of a second a piece, which is not worth a checkpoint
  const { hooks, resumedFrom, fault } = isJetsPiece(piece)
    ? { resumedFrom: 0 }
    : pieceCheckpoint(folder, piece, checkpointSeconds);
  if (fault) removeCheckpoint(folder, piece);
  let made: Ensemble | JetsOfPiece;
  try {
    // the empty listener: without one sampleEnsemble does not count its trajectories, and offers a
    // checkpoint after each
    const sample = named ?? (isJetsPiece(piece) ? jetsOfPiece : sampleEnsemble);
    made = (sample as typeof sampleEnsemble)(piece.spec as EnsembleSpec, { checkpoint: hooks });
  } catch (error) {
    if (
      !(error instanceof PhaselensError) ||
      error instanceof InterruptedError ||
      isDiskError(error)
    )
      throw error;
    return { stem: piece.stem, resumedFrom, fault, flags: [], failure: error.message };
  }
  writePiece(folder, piece, made, (performance.now() - begun) / 1000);
  return { stem: piece.stem, resumedFrom, fault, flags: made.report.flags };
}
