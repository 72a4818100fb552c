import { takes } from "../core/arguments/takes.js";
import { filePath } from "../core/arguments/kinds.js";
import { DataError } from "../core/errors.js";
import { readNpy } from "../core/files/npyFile.js";
import { oneOf } from "../core/oneOf.js";
import type { Ensemble } from "../physics/sampling/ensemble.js";
import type { EnsembleReport } from "../physics/sampling/ensembleReport.js";
import { folderManifest } from "./folder.js";
import { manifestCouplings, findPiece, planPieces } from "./pieces.js";
import { arrayFile } from "./pieceFiles.js";
import type { Manifest } from "./manifest.js";
import { openGeneratedJets, type GeneratedJets } from "./openGeneratedJets.js";
import { soundPiece } from "./soundPiece.js";

/** A folder of `generate`, read one ensemble at a time. */
export interface GeneratedFolder {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sets: readonly string[];
  /** κ, in the order of the manifest. */
  readonly couplings: readonly number[];
  /**
   * The ensemble of a set at a κ, after checking its hash.
   * @throws ConfigError for a κ that is not on the grid or an unknown set, DataError if its files
   *   are missing or damaged
   */
  ensemble(set: string, hoppingParameter: number): Ensemble;
}

/**
 * Opens a folder that `phaselens generate` made; it need not be complete.
 * @param kind  what is in it (default "ensembles", of a lattice)
 * @throws DataError if it has no manifest, or one of the other kind
 */
export function openGenerated(folder: string, kind?: "ensembles"): GeneratedFolder;
export function openGenerated(folder: string, kind: "jets"): GeneratedJets;
export function openGenerated(
  folder: string,
  kind: "ensembles" | "jets" = "ensembles",
): GeneratedFolder | GeneratedJets {
  takes("openGenerated", { folder: [folder, filePath] });
  oneOf(kind, ["ensembles", "jets"], "openGenerated: kind");
  return kind === "jets" ? openGeneratedJets(folder) : openEnsembles(folder);
}

function openEnsembles(folder: string): GeneratedFolder {
  const manifest = folderManifest(folder);
  if (manifest.kind === "jets")
    throw new DataError(`${folder}: holds jets. Say so: openGenerated(folder, "jets").`, {
      folder,
    });
  const pieces = planPieces(manifest);
  return {
    folder,
    manifest,
    sets: Object.keys(manifest.sets),
    couplings: manifestCouplings(manifest),
    ensemble(set, hoppingParameter) {
      const piece = findPiece(pieces, set, hoppingParameter);
      const { spec, report } = soundPiece(folder, piece);
      return { fields: readNpy(arrayFile(folder, piece)), spec, report: restored(report) };
    },
  };
}

/**
 * JSON writes NaN, here a statistic of too few trajectories, as null. Reports from before R̂ was
 * rank-normalised have none.
 */
function restored(report: EnsembleReport): EnsembleReport {
  const numbers = (one: object): object =>
    Object.fromEntries(
      Object.entries({ rHat: NaN, ...one }).map(([name, value]) => [
        name,
        (value as number | null) ?? NaN,
      ]),
    );
  const monitored = Object.fromEntries(
    Object.entries(report.monitored).map(([name, one]) => [name, numbers(one)]),
  );
  return { ...report, monitored: monitored as unknown as EnsembleReport["monitored"] };
}
