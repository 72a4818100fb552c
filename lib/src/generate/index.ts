export { parseAnyManifest, readAnyManifest, type AnyManifest } from "./anyManifest.js";
export { costOf, planAnyPieces, type AnyPiece } from "./anyPieces.js";
export { cachedEnsembles } from "./cachedEnsembles.js";
export { generatedSamples, type GeneratedSamples } from "./generatedSamples.js";
export {
  generate,
  type GenerateOptions,
  type GenerateProgress,
  type GenerateResult,
} from "./generate.js";
export { MANIFEST_VERSION } from "./manifestFields.js";
export {
  parseManifest,
  readManifest,
  type Manifest,
  type ManifestException,
  type ManifestSampling,
} from "./manifest.js";
export type { JetsManifest } from "./jetsManifest.js";
export { jetsOfPiece, type JetsOfPiece, type JetsReport } from "./jetsOfPiece.js";
export { isJetsPiece, type JetsPiece } from "./jetsPieces.js";
export { mergePieces, type GeneratedIndex, type MergeResult } from "./mergePieces.js";
export { projectManifest } from "./projectManifest.js";
export { openGenerated, type GeneratedFolder } from "./openGenerated.js";
export { openGeneratedJets, type GeneratedJets } from "./openGeneratedJets.js";
export { inspectPiece, type PieceProvenance, type PieceState } from "./pieceFiles.js";
export {
  findPiece,
  piecesOfShard,
  planPieces,
  trajectoriesOf,
  type Piece,
  type ShardChoice,
} from "./pieces.js";
export { runPiece, type PieceResult, type PieceTask } from "./runPiece.js";
