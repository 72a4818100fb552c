import { existsSync, readFileSync } from "node:fs";
import { writeWhole } from "../core/files/atomicWrite.js";
import { decodeCacheFile, encodeCacheFile } from "../core/cache/cacheFile.js";
import { stopIfCancelled } from "../core/tasks/cancellation.js";
import { canonicalJson } from "../core/cache/canonicalJson.js";
import { DataError } from "../core/errors.js";
import type { EnsembleCheckpoint } from "../physics/sampling/checkpoint.js";
import type { EnsembleHooks } from "../physics/sampling/ensemble.js";
import type { EnsembleSpec } from "../physics/sampling/ensembleSpec.js";
import { onDisk } from "./onDisk.js";
import { checkpointFile } from "./pieceFiles.js";
import type { Piece } from "./pieces.js";
import { samplerVersion } from "./samplerVersion.js";

/**
 * Trajectories after which the sampler offers its state. The offer copies all configurations so
 * far, about 2 ns a number; a trajectory of local actions takes some 80 ns a site, one of
 * pseudofermions or exact determinants ten times that and more. So it costs 2 % at most.
 */
function offerEvery({ configurations, fermions }: EnsembleSpec): number {
  const slow = fermions === "pseudofermion" || fermions === "exact";
  return Math.max(1, slow ? Math.ceil(configurations / 10) : configurations);
}

// To be raised whenever checkpoints hold other things: those of earlier versions are not used then
const CHECKPOINT_VERSION = 2;

// Saving may take this share of the time, however large the ensemble and slow the disk
const SHARE = 0.05;

export interface PieceCheckpoint {
  readonly hooks: NonNullable<EnsembleHooks["checkpoint"]>;
  /** Trajectories done when the last run stopped, 0 if there was none. */
  readonly resumedFrom: number;
  /** Why what the last run left could not be used. */
  readonly fault?: string;
}

/**
 * The checkpoint of a piece, in a file beside it with a hash over every byte.
 * @param seconds  from one save to the next, at least
 */
export function pieceCheckpoint(folder: string, piece: Piece, seconds: number): PieceCheckpoint {
  const file = checkpointFile(folder, piece);
  const versions = { sampler: samplerVersion(piece.spec), checkpoint: CHECKPOINT_VERSION };
  const key = canonicalJson({ ...versions, spec: piece.spec });
  let kept: EnsembleCheckpoint | undefined;
  let fault: string | undefined;
  try {
    const bytes = onDisk(file, () => (existsSync(file) ? readFileSync(file) : undefined));
    kept = bytes && (decodeCacheFile(bytes, file, key) as EnsembleCheckpoint);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    fault = "its checkpoint is damaged or belongs to another specification";
  }
  let next = performance.now() + 1000 * seconds;
  const hooks = {
    load: () => kept,
    every: offerEvery(piece.spec),
    save(checkpoint: EnsembleCheckpoint) {
      stopIfCancelled();
      const begun = performance.now();
      // time decides, since a trajectory takes from microseconds to minutes
      if (begun < next) return;
      onDisk(file, () => writeWhole(file, ...encodeCacheFile(key, checkpoint, "checkpoint")));
      next = performance.now() + Math.max(1000 * seconds, (performance.now() - begun) / SHARE);
    },
  };
  return { hooks, resumedFrom: kept?.done ?? 0, fault };
}
