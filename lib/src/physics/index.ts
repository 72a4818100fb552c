export type { Action, ActionCounters } from "./action.js";
export * from "./bluecher2020Ensemble.js";
export { bluecher2020Phases } from "./bluecher2020Phases.js";
export { recordSample, seriesColumn, seriesColumns, type SeriesColumn } from "./chainSeries.js";
export { chainState, type ChainState } from "./chainState.js";
export type { ChainTally } from "./chainTally.js";
export type { EnsembleCheckpoint } from "./checkpoint.js";
export * from "./cluster.js";
export { cramerRaoBound } from "./cramerRao.js";
export type { Colour } from "./colourBlocks.js";
export * from "./dawid2021.js";
export * from "./dimensionless.js";
export * from "./diracLogDeterminant.js";
export * from "./diracOperator.js";
export { domainWallShare, domainWallThreshold } from "./domainWalls.js";
export { effectiveConfigurations } from "./effectiveConfigurations.js";
export * from "./ensemble.js";
export type { DiracMassReport, EnsembleReport } from "./ensembleReport.js";
export { kappaLabel, specHash, type EnsembleSpec } from "./ensembleSpec.js";
export { exactDeterminant, type ExactDeterminant } from "./exactDeterminant.js";
export * from "./fermions.js";
export * from "./fock.js";
export * from "./globalSigns.js";
export * from "./grids.js";
export * from "./hmc.js";
export { hoppingFourthOrder, type HoppingFourthOrder } from "./hoppingFourthOrder.js";
export { largestHop } from "./hoppingRange.js";
export type { HoppingTruncation } from "./hoppingTruncation.js";
export * from "./hubbard.js";
export { integrate, integrators, type Integration, type Integrator } from "./integrators.js";
export { invertedNeighbours } from "./invertedNeighbours.js";
export * from "./jets/index.js";
export { kleinGordonAction } from "./kleinGordonAction.js";
export { lattice, type Lattice } from "./lattice.js";
export type { Backend } from "./latticeMemory.js";
export { lightFermions } from "./lightFermions.js";
export type { LocalFermions } from "./localWeight.js";
export * from "./minMax.js";
export * from "./normals.js";
export * from "./observables/index.js";
export * from "./orbits.js";
export * from "./orderParameter.js";
export type { SolverOptions } from "./pseudofermions.js";
export * from "./sample.js";
export { sampledObservable, type SampledEstimate } from "./sampledObservable.js";
export { staggeredPhases } from "./staggeredPhases.js";
export * from "./starts.js";
export { monitor } from "./monitoredChain.js";
export { drift, longestRejection } from "./thermalisation.js";
export type { MonitoredChain, MonitoredObservable } from "./monitoredChain.js";
export type { Tuning } from "./tuning.js";
export * from "./yukawaAction.js";
export type {
  DiracParameters,
  Fermions,
  KleinGordonParameters,
  YukawaParameters,
} from "./yukawaParameters.js";
