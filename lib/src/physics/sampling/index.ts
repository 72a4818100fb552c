// Markov chains over fields: Metropolis, HMC, clusters, and ensembles with a report of
// their quality.
export * from "./bluecher2020Ensemble.js";
export { recordSample, seriesColumn, seriesColumns, type SeriesColumn } from "./chainSeries.js";
export { chainState, type ChainState } from "./chainState.js";
export type { ChainTally } from "./chainTally.js";
export type { EnsembleCheckpoint } from "./checkpoint.js";
export * from "./cluster.js";
export { domainWallShare, domainWallThreshold } from "./domainWalls.js";
export { effectiveConfigurations } from "./effectiveConfigurations.js";
export * from "./ensemble.js";
export type { DiracMassReport, EnsembleReport } from "./ensembleReport.js";
export { kappaLabel, specHash, type EnsembleSpec } from "./ensembleSpec.js";
export * from "./globalSigns.js";
export * from "./hmc.js";
export { integrate, integrators, type Integration, type Integrator } from "./integrators.js";
export * from "./normals.js";
export * from "./sample.js";
export * from "./starts.js";
export { monitor } from "./monitoredChain.js";
export { drift, longestRejection } from "./thermalisation.js";
export type { MonitoredChain, MonitoredObservable } from "./monitoredChain.js";
export type { Tuning } from "./tuning.js";
