// Spin models: Ising, XY, or of your own by the energy difference of one changed site, and their
// Markov chains.
export { isingModel, type IsingModel, type IsingParameters } from "./isingModel.js";
export { sampler, type Sampler, type SamplerOptions } from "./sampler.js";
export type { SpinEnsemble } from "./spinEnsemble.js";
export type {
  ClusterSymmetry,
  ContinuousStates,
  SpinAlgorithm,
  SpinEnsembleSpec,
  SpinModel,
} from "./spinModel.js";
export type { MonitoredSpins, SpinReport } from "./spinReport.js";
export { vortexDensity } from "./vortexDensity.js";
export { helicityModulus } from "./helicityModulus.js";
export { xyModel, type XyModel, type XyParameters } from "./xyModel.js";
