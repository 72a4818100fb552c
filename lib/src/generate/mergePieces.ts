import { join } from "node:path";
import { writeWhole } from "../core/files/atomicWrite.js";
import type { EnsembleReport } from "../physics/sampling/ensembleReport.js";
import { folderManifest, manifestHash } from "./folder.js";
import { onDisk } from "./onDisk.js";
import { inspectPiece, type AnyProvenance } from "./pieceFiles.js";
import { planAnyPieces, type AnyPiece } from "./anyPieces.js";
import { isJetsPiece } from "./jetsPieces.js";

/**
 * index.json: every file of a complete folder with its hash. A function of the manifest alone: no
 * times, no machines.
 */
export interface GeneratedIndex {
  readonly version: 1;
  readonly name: string;
  /** sha256 of what in the manifest decides numbers. */
  readonly manifest: string;
  readonly pieces: readonly (IndexedFile & (IndexedEnsemble | IndexedJets))[];
}

interface IndexedFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly set: string;
  readonly flags: readonly string[];
}
interface IndexedEnsemble {
  readonly hoppingParameter: number;
  readonly configurations: number;
  readonly effectiveConfigurations: number;
}
interface IndexedJets {
  /** Index of the file's first jet. */
  readonly first: number;
  readonly jets: number;
}

/** What `mergePieces` found and wrote. */
export interface MergeResult {
  /** Written only if nothing is missing or corrupt. */
  readonly index: GeneratedIndex | undefined;
  readonly missing: readonly string[];
  readonly corrupt: readonly { readonly stem: string; readonly reason: string }[];
}

/**
 * Checks every piece of a folder, the hash of each byte, and writes index.json if all are there and
 * sound: the last step after shards.
 * @throws DataError if the folder has no manifest, ConfigError if the index cannot be written
 */
export function mergePieces(folder: string): MergeResult {
  const manifest = folderManifest(folder);
  const missing: string[] = [];
  const corrupt: { stem: string; reason: string }[] = [];
  const pieces = planAnyPieces(manifest).flatMap((piece) => {
    const found = inspectPiece(folder, piece);
    if (found.state === "absent") missing.push(piece.stem);
    if (found.state === "corrupt") corrupt.push({ stem: piece.stem, reason: found.reason });
    return found.state === "valid" ? [indexed(piece, found.provenance)] : [];
  });
  if (missing.length + corrupt.length > 0) return { index: undefined, missing, corrupt };
  const index: GeneratedIndex = {
    version: 1,
    name: manifest.name,
    manifest: manifestHash(manifest),
    pieces,
  };
  const file = join(folder, "index.json");
  onDisk(file, () => writeWhole(file, `${JSON.stringify(index, undefined, 2)}\n`));
  return { index, missing, corrupt };
}

function indexed(
  piece: AnyPiece,
  { file, sha256, bytes, report }: AnyProvenance,
): GeneratedIndex["pieces"][number] {
  if (isJetsPiece(piece)) {
    const { set, first = 0, jets } = piece.spec;
    return { file, sha256, bytes, set, first, jets, flags: report.flags };
  }
  const { set, parameters, configurations } = piece.spec;
  const { effectiveConfigurations, flags } = report as EnsembleReport;
  return {
    file,
    sha256,
    bytes,
    set,
    hoppingParameter: parameters.hoppingParameter,
    configurations,
    effectiveConfigurations,
    flags,
  };
}
