// Samples of jets from ROOT and HDF5 files.
export type { JetSelection } from "./collectJets.js";
export type { Jets, JetsFromFiles, JetSlots } from "./jets.js";
export { cmsJetLabels, type JetLabels } from "./rootJets.js";
export type { Hdf5JetsDatasets } from "./hdf5Jets.js";
export * from "./loadJets.js";
export * from "./jetSampleFiles.js";
export * from "./neubauer2022Jets.js";
