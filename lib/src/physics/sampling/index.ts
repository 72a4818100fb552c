// Markov chains over fields: Metropolis, HMC, clusters, and ensembles with a report of
// their quality.
export type { SeriesColumn } from "./chainSeries.js";
export type { ChainState } from "./chainState.js";
export type { ChainTally } from "./chainTally.js";
export type { EnsembleCheckpoint } from "./checkpoint.js";
export { cluster, type ClusterOptions } from "./cluster.js";
export { sampleEnsemble, type Ensemble, type EnsembleHooks } from "./ensemble.js";
export type { DiracMassReport, EnsembleReport } from "./ensembleReport.js";
export type { EnsembleSpec } from "./ensembleSpec.js";
export { hmc, type HmcOptions } from "./hmc.js";
export type { Integration, Integrator } from "./integrators.js";
export type { HmcSample } from "./sample.js";
export type { Start } from "./starts.js";
export type { MonitoredChain, MonitoredObservable } from "./monitoredChain.js";
export type { Tuning } from "./tuning.js";
