export { paperDamping, type Damping, type ScaledDamping } from "./damping.js";
export { parameterScale } from "./parameterScale.js";
export { relativeDamping } from "./relativeDamping.js";
export * from "./exactHessian.js";
export * from "./extrapolation.js";
export {
  influence,
  type Influence,
  type InfluenceOptions,
  type InfluenceWithoutRelatif,
  type LengthProbes,
  type SolveReport,
} from "./influence.js";
export * from "./operator.js";
export * from "./testGradients.js";
export { exactSolver, type HessianSolver, type Solution, type Solutions } from "./solver.js";
export * from "./conjugateGradientSolver.js";
export * from "./gradientStream.js";
export { bootstrapCounts, bootstrapParameters } from "./bootstrap.js";
export { bootstrapRetraining, type BootstrapRetrainingOptions } from "./bootstrapRetraining.js";
export {
  bootstrapResponse,
  type BootstrapResponse,
  type BootstrapResponseOptions,
} from "./bootstrapResponse.js";
export { lossesAt, type LossesAtOptions } from "./lossesAt.js";
export { parallelHessian, type ParallelHessianOptions } from "./parallelHessian.js";
export * from "./resampling.js";
export * from "./gaussNewton.js";
export { gaussNewtonDiagonal } from "./gaussNewtonDiagonal.js";
export * from "./spectralDensity.js";
export * from "./traceEstimate.js";
export * from "./kroneckerCurvature.js";
export * from "./lissaSolver.js";
export * from "./sampledHessian.js";
export {
  resamplingStudy,
  type ResamplingStudyOptions,
  type StudiedNetwork,
} from "./resamplingStudy.js";
export * from "./minimise.js";
export * from "./polish.js";
export {
  proximalResponse,
  proximalResponses,
  type ProximalOptions,
  type ProximalProblem,
  type ProximalResponse,
} from "./proximalResponse.js";
export { removals, type RemovalFacts, type Removals, type RemovalsOptions } from "./removals.js";
export * from "./selfInfluence.js";
export * from "./groupInfluence.js";
export * from "./mislabel.js";
export * from "./detectionCurve.js";
export type { RemovalDraw } from "./drawRemovals.js";
export { rankAgreement, type RankAgreement, type RankAgreementOptions } from "./rankAgreement.js";
export * from "./auditReport.js";
export * from "./auditThresholds.js";
export * from "./audit.js";
export { type RetrainingOptions } from "./auditRetraining.js";
export * from "./spectralPreconditioner.js";
export { auditConclusion, auditLines, describeAudit, type AuditLine } from "./describeAudit.js";
