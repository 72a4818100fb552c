export { bottomHadron, charmHadron } from "./heavyDecays.js";
export { jetFeatureGroups, jetFeatureIndices, jetFeatures } from "./jetFeatures.js";
export { jetMeasurement, type JetMeasurement, type JetOrigin } from "./jetMeasurement.js";
export {
  jetRow,
  jetTruthNames,
  JET_TRACKS,
  JET_VERTICES,
  type JetColumns,
  type JetTruthName,
} from "./jetRow.js";
export { jetRows, JET_VERSION } from "./jetRows.js";
export {
  jetClasses,
  jetSample,
  trackOrigins,
  vertexOrigins,
  type JetSample,
  type JetTruth,
} from "./jetSample.js";
export { checkJetSpec, JET_BLOCK, type JetSpec } from "./jetSpec.js";
export * from "./neubauer2022.js";
export * from "./neubauer2022Pythia.js";
export { nextSplitting, SHOWER_CUTOFF, type Splitting } from "./nextSplitting.js";
export { bottomHadrons, charmHadrons, kShort, lambda, type HeavyHadron } from "./particleData.js";
export { parseParticleJets } from "./parseParticleJets.js";
export {
  particleJetsColumns,
  type NumberType,
  type ParticleJets,
  type ParticleJetsColumn,
  type ParticleSteps,
} from "./particleJets.js";
export { particlesOfJet } from "./particlesOfJet.js";
export { clearParticles, particleStore, type Particles } from "./particles.js";
export { clearPartons, partonStore, type Partons } from "./partons.js";
export { partonShower } from "./partonShower.js";
export { BOTTOM_EPSILON, CHARM_EPSILON, peterson, petersonSampler } from "./petersonFunction.js";
export { phaseSpace } from "./phaseSpace.js";
export { runningCoupling } from "./runningCoupling.js";
export * from "./simulateJets.js";
export {
  deadConeShare,
  gluonToGluons,
  gluonToQuarks,
  quarkToGluon,
  thresholdShare,
} from "./splittingKernels.js";
export { dxyResolution, dzResolution, ptResolution } from "./tracker.js";
