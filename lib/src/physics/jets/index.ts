export { jetFeatureGroups, jetFeatures } from "./jetFeatures.js";
export type { JetMeasurement, JetOrigin } from "./jetMeasurement.js";
export type { JetColumns, JetTruthName } from "./jetRow.js";
export { trackOrigins, type JetSample, type JetTruth } from "./jetSample.js";
export type { JetSpec } from "./jetSpec.js";
export type { Splitting } from "./nextSplitting.js";
export type { HeavyHadron } from "./particleData.js";
export type {
  NumberType,
  ParticleJets,
  ParticleJetsColumn,
  ParticleSteps,
} from "./particleJets.js";
export type { Particles } from "./particles.js";
export type { Partons } from "./partons.js";
export { simulateJets } from "./simulateJets.js";
