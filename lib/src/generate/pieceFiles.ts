import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../core/files/atomicWrite.js";
import { canonicalJson } from "../core/cache/canonicalJson.js";
import { encodeNpy } from "../core/files/npy.js";
import type { Ensemble } from "../physics/sampling/ensemble.js";
import type { EnsembleReport } from "../physics/sampling/ensembleReport.js";
import type { EnsembleSpec } from "../physics/sampling/ensembleSpec.js";
import { JET_VERSION } from "../physics/jets/jetRows.js";
import type { JetSpec } from "../physics/jets/jetSpec.js";
import type { AnyPiece } from "./anyPieces.js";
import type { JetsOfPiece, JetsReport } from "./jetsOfPiece.js";
import { isJetsPiece, type JetsPiece } from "./jetsPieces.js";
import { onDisk } from "./onDisk.js";
import { phaselensVersion } from "./phaselensVersion.js";
import type { Piece } from "./pieces.js";
import { samplerVersion } from "./samplerVersion.js";

const samplerOf = (piece: AnyPiece): number =>
  isJetsPiece(piece) ? JET_VERSION : samplerVersion(piece.spec);

/** The .json beside a .npy: where its numbers come from, and how far they can be trusted. */
export interface PieceProvenance<Spec = EnsembleSpec, Report = EnsembleReport> {
  /** 2; files of version 1 have no `check`. */
  readonly version: 1 | 2;
  readonly sampler: number;
  readonly phaselens: string;
  readonly node: string;
  /** Below the folder of the manifest. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly dtype: "f4" | "f8";
  /** [configurations, …lattice], or [jets, `jetRow.length`]. */
  readonly shape: readonly number[];
  readonly spec: Spec;
  readonly report: Report;
  /** ISO 8601. */
  readonly made: string;
  /** Wall-clock time of the run that finished it. */
  readonly seconds: number;
  /** sha256 of all the rest as canonical JSON, so that no field can change unseen. */
  readonly check?: string;
}

/** Of a piece of either kind. */
export type AnyProvenance = PieceProvenance | PieceProvenance<JetSpec, JetsReport>;

type Named = Pick<Piece, "stem">;
export const arrayFile = (folder: string, piece: Named): string =>
  join(folder, `${piece.stem}.npy`);
export const provenanceFile = (folder: string, piece: Named): string =>
  join(folder, `${piece.stem}.json`);
export const checkpointFile = (folder: string, piece: Named): string =>
  join(folder, `${piece.stem}.checkpoint`);

const sha256 = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");

/** What `check` must be. Through JSON, as a reader of the file sees it. */
const checkOf = (facts: object): string =>
  sha256(canonicalJson(JSON.parse(JSON.stringify({ ...facts, check: undefined }))));

/**
 * Whether every field is as it was written. Version 1 had no hash over them; there the shape at
 * least must be what was asked for.
 */
function isUnchanged(provenance: PieceProvenance, piece: AnyPiece): boolean {
  if (provenance.version === 2) return provenance.check === checkOf(provenance);
  const { configurations, jets } = piece.spec as { configurations?: number; jets?: number };
  return provenance.check === undefined && provenance.shape?.[0] === (configurations ?? jets);
}

/**
 * Where a piece stands: finished and sound, not there, or there and not to be used, with the
 * reason.
 */
export type PieceState<Spec = EnsembleSpec, Report = EnsembleReport> =
  | { readonly state: "valid"; readonly provenance: PieceProvenance<Spec, Report> }
  | { readonly state: "absent" }
  | { readonly state: "corrupt"; readonly reason: string };

/**
 * Checks the two files of a piece against each other, the hash of every byte included, and against
 * what the manifest asks for.
 */
export function inspectPiece(folder: string, piece: Piece): PieceState;
export function inspectPiece(folder: string, piece: JetsPiece): PieceState<JetSpec, JetsReport>;
export function inspectPiece(
  folder: string,
  piece: AnyPiece,
): PieceState | PieceState<JetSpec, JetsReport>;
export function inspectPiece(folder: string, piece: AnyPiece): PieceState<unknown, unknown> {
  const [array, json] = [arrayFile(folder, piece), provenanceFile(folder, piece)];
  const corrupt = (reason: string): PieceState<unknown, unknown> => ({ state: "corrupt", reason });
  return onDisk(array, () => {
    if (!existsSync(json))
      return existsSync(array) ? corrupt("its .json is missing") : { state: "absent" };
    let provenance: PieceProvenance;
    try {
      provenance = JSON.parse(readFileSync(json, "utf8")) as PieceProvenance;
    } catch {
      return corrupt("its .json is not readable");
    }
    if (![1, 2].includes(provenance?.version) || provenance.sampler !== samplerOf(piece))
      return corrupt("another version of the sampler made it");
    if (!isUnchanged(provenance, piece))
      return corrupt("its .json was changed after it was written");
    if (provenance.dtype !== piece.dtype || !sameSpec(provenance.spec, piece.spec))
      return corrupt("it was made for another specification");
    if (!existsSync(array)) return corrupt("its .npy is missing");
    const bytes = readFileSync(array);
    if (bytes.length !== provenance.bytes)
      return corrupt(`its .npy has ${bytes.length} bytes instead of ${provenance.bytes}`);
    if (sha256(bytes) !== provenance.sha256)
      return corrupt("its .npy does not have the hash in its .json");
    return { state: "valid", provenance };
  });
}

/** Specs as they are after a round through JSON. */
function sameSpec(one: unknown, other: unknown): boolean {
  return (
    canonicalJson(JSON.parse(JSON.stringify(one ?? null))) ===
    canonicalJson(JSON.parse(JSON.stringify(other)))
  );
}

/**
 * Writes the array, then its provenance, each whole or not at all, then removes the checkpoint: a
 * run killed in between leaves a piece that counts as unfinished, never one that is wrong.
 *
 * Single precision by default: rounding to 6e-8 is far below any statistical error of an ensemble,
 * files are half as large, and chains are continued from checkpoints, which keep every bit, not
 * from these files. `dtype: "f8"` in the manifest stores doubles.
 */
export function writePiece(
  folder: string,
  piece: AnyPiece,
  { fields, report }: Pick<Ensemble, "fields" | "report"> | JetsOfPiece,
  seconds: number,
): void {
  const bytes = encodeNpy(fields, { dtype: piece.dtype });
  const facts: PieceProvenance<unknown, unknown> = {
    version: 2,
    sampler: samplerOf(piece),
    phaselens: phaselensVersion,
    node: process.version,
    file: `${piece.stem}.npy`,
    sha256: sha256(bytes),
    bytes: bytes.length,
    dtype: piece.dtype,
    shape: fields.shape,
    spec: piece.spec,
    report,
    made: new Date().toISOString(),
    seconds: Number(seconds.toFixed(3)),
  };
  const provenance = { ...facts, check: checkOf(facts) };
  const [array, json] = [arrayFile(folder, piece), provenanceFile(folder, piece)];
  onDisk(array, () => writeWhole(array, bytes));
  onDisk(json, () => writeWhole(json, `${JSON.stringify(provenance, undefined, 2)}\n`));
  removeCheckpoint(folder, piece);
}

/** Removes what an interrupted run left of a piece, if anything. */
export function removeCheckpoint(folder: string, piece: Named): void {
  const file = checkpointFile(folder, piece);
  onDisk(file, () => rmSync(file, { force: true }));
}
