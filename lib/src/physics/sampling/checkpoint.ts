import { DataError } from "../../core/errors.js";
import type { ChainState } from "./chainState.js";
import type { ChainTally } from "./chainTally.js";

/**
 * An ensemble stopped between two trajectories; plain values and typed arrays: structured cloning
 * and `v8.serialize` keep every bit.
 */
export interface EnsembleCheckpoint {
  readonly version: 1;
  /** `specHash` of the spec it belongs to. */
  readonly specHash: string;
  /** Trajectories done, of all chains. */
  readonly done: number;
  /** The chain to go on with. */
  readonly chain: number;
  /** Where that chain is; absent if it has not begun. */
  readonly state?: ChainState;
  /** Frozen setting of each chain so far. */
  readonly settings: readonly number[];
  /** What was counted along each chain so far. */
  readonly tallies: readonly ChainTally[];
  /** Configurations stored so far, [rows · sites]. */
  readonly fields: Float64Array;
  /** Series of the chains so far. */
  readonly series: readonly Float64Array[];
}

/** @throws DataError for another version, another spec, or arrays that do not fit each other */
export function checkEnsembleCheckpoint(
  checkpoint: EnsembleCheckpoint,
  hash: string,
  sites: number,
): void {
  const { version, specHash, fields, state, tallies } = checkpoint;
  if (version !== 1) {
    const fact = `version ${String(version)} is not known here, only 1`;
    throw new DataError(`checkpoint: ${fact}. Delete it to begin anew, or update phaselens.`, {
      version,
    });
  }
  if (specHash !== hash) {
    const fact = `it belongs to the ensemble ${specHash}, this one is ${hash}`;
    throw new DataError(
      `checkpoint: ${fact}. Keep one checkpoint for each spec, or delete it to begin anew.`,
      { specHash, hash },
    );
  }
  if (!Array.isArray(tallies)) {
    const fact = "it has no tallies, so an earlier phaselens saved it";
    throw new DataError(`checkpoint: ${fact}. Delete it to begin anew.`);
  }
  if (fields.length % sites !== 0 || (state && state.field.length !== sites)) {
    throw new DataError(
      `checkpoint: its fields do not fit ${sites} sites, so it is damaged. Delete it to begin anew.`,
      { sites },
    );
  }
}
