export { cachedEnsembles } from "./cachedEnsembles.js";
export { generate, type GenerateOptions, type GenerateProgress, type GenerateResult } from "./generate.js";
export { MANIFEST_VERSION, parseManifest, readManifest, type Manifest, type ManifestException, type ManifestSampling } from "./manifest.js";
export { mergePieces, type GeneratedIndex, type MergeResult } from "./mergePieces.js";
export { projectManifest } from "./projectManifest.js";
export { openGenerated, type GeneratedFolder } from "./openGenerated.js";
export { inspectPiece, type PieceProvenance, type PieceState } from "./pieceFiles.js";
export { findPiece, piecesOfShard, planPieces, trajectoriesOf, type Piece, type ShardChoice } from "./pieces.js";
export { runPiece, type PieceResult, type PieceTask } from "./runPiece.js";
