import type { AnyManifest } from "./anyManifest.js";
import { isJetsPiece, planJets, type JetsPiece } from "./jetsPieces.js";
import { planPieces, trajectoriesOf, type Piece } from "./pieces.js";

/** A file of either kind. */
export type AnyPiece = Piece | JetsPiece;

/** What a manifest of either kind asks for, in order. @throws ConfigError as `planPieces` */
export function planAnyPieces(manifest: AnyManifest, source: string = manifest.name): AnyPiece[] {
  return manifest.kind === "jets" ? planJets(manifest, source) : planPieces(manifest, source);
}

/** A measure of the time a piece takes, among pieces of one manifest. */
export function costOf(piece: AnyPiece): number {
  return isJetsPiece(piece) ? piece.spec.jets : trajectoriesOf(piece);
}
