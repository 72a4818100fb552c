import { ConfigError, DataError } from "../core/errors.js";
import { readNpy } from "../core/files/npyFile.js";
import { jetRow } from "../physics/jets/jetRow.js";
import { jetSample, type JetSample } from "../physics/jets/jetSample.js";
import { folderManifest } from "./folder.js";
import type { JetsManifest } from "./jetsManifest.js";
import { planJets, type JetsPiece } from "./jetsPieces.js";
import { arrayFile, inspectPiece } from "./pieceFiles.js";

/** A folder of jets that `phaselens generate` made. */
export interface GeneratedJets {
  readonly folder: string;
  readonly manifest: JetsManifest;
  readonly sets: readonly string[];
  /**
   * The first jets of a set, all of them by default, after checking the hash of each file read; the
   * same numbers as `simulateJets` gives.
   * @throws ConfigError for an unknown set or more jets than it has, DataError if a file is missing
   *   or damaged
   */
  jets(set: string, count?: number): JetSample;
}

/**
 * Opens a folder of jets; it need not be complete.
 * @throws DataError if it has no manifest, or one of lattice ensembles
 */
export function openGeneratedJets(folder: string): GeneratedJets {
  const manifest = folderManifest(folder);
  if (manifest.kind !== "jets")
    throw new DataError(`${folder}: holds lattice ensembles. Leave the kind out.`, { folder });
  const pieces = planJets(manifest, manifest.name);
  const sets = Object.keys(manifest.sets);
  return {
    folder,
    manifest,
    sets,
    jets(set, count) {
      if (!Object.hasOwn(manifest.sets, set)) {
        throw new ConfigError(
          `there is no set ${JSON.stringify(set)}; there are ${sets.join(", ")}.`,
          { set },
        );
      }
      const all = manifest.sets[set].jets;
      const jets = count ?? all;
      if (!(Number.isSafeInteger(jets) && jets >= 1 && jets <= all)) {
        throw new ConfigError(
          `${jets} jets of the set "${set}"; give a whole number from 1 to ${all}.`,
          { set, jets },
        );
      }
      const rows = new Float32Array(jets * jetRow.length);
      for (const piece of pieces) {
        const { first = 0 } = piece.spec;
        if (piece.spec.set !== set || first >= jets) continue;
        const data = soundRows(folder, piece);
        rows.set(
          data.subarray(0, Math.min(data.length, rows.length - first * jetRow.length)),
          first * jetRow.length,
        );
      }
      return jetSample(rows, {
        jets,
        seed: manifest.seed,
        set,
        ...(manifest.signal ? { signal: manifest.signal } : {}),
      });
    },
  };
}

function soundRows(folder: string, piece: JetsPiece): Float64Array {
  const found = inspectPiece(folder, piece);
  const file = arrayFile(folder, piece);
  if (found.state === "valid") return readNpy(file).data;
  const fact =
    found.state === "absent" ? "has not been generated yet" : `cannot be used, ${found.reason}`;
  throw new DataError(`${file}: ${fact}. Run phaselens generate with --out ${folder} again.`, {
    file,
  });
}
