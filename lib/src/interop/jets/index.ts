// Samples of jets from ROOT and HDF5 files.
export type { JetSelection } from "./collectJets.js";
export type { Jets, JetsFromFiles, JetSlots } from "./jets.js";
export type { JetLabels } from "./rootJets.js";
export type { Hdf5JetsDatasets } from "./hdf5Jets.js";
export {
  loadJets,
  type LoadJetsOptions,
  type LoadRootJetsOptions,
  type LoadHdf5JetsOptions,
} from "./loadJets.js";
export type { FileIdentity } from "./fileIdentity.js";
