export type { AnyManifest } from "./anyManifest.js";
export type { AnyPiece } from "./anyPieces.js";
export { cachedEnsembles } from "./cachedEnsembles.js";
export type { GeneratedSamples } from "./generatedSamples.js";
export { generate, type GenerateOptions, type GenerateResult } from "./generate.js";
export {
  readManifest,
  type Manifest,
  type ManifestException,
  type ManifestSampling,
} from "./manifest.js";
export type { JetsManifest } from "./jetsManifest.js";
export type { JetsOfPiece, JetsReport } from "./jetsOfPiece.js";
export type { JetsPiece } from "./jetsPieces.js";
export { projectManifest } from "./projectManifest.js";
export { openGenerated, type GeneratedFolder } from "./openGenerated.js";
export type { GeneratedJets } from "./openGeneratedJets.js";
export type { PieceProvenance, PieceState } from "./pieceFiles.js";
export { planPieces, type Piece, type ShardChoice } from "./pieces.js";
export type { PieceResult, PieceTask } from "./runPiece.js";
