export * from "./dawid2021.js";
export * from "./neubauer2022.js";
export * from "./reference.js";
export * from "./float32Folder.js";
export {
  openPytorchCheckpoint,
  readPytorchCheckpoint,
  type PytorchCheckpoint,
  type PytorchCheckpointOptions,
} from "./pytorch/readPytorchCheckpoint.js";
export { isJagged, type JaggedColumn, type RootColumn } from "./root/rootColumn.js";
export * from "./readRootTree.js";
export * from "./readHdf5.js";
export type { JetSelection } from "./collectJets.js";
export type { Jets, JetsFromFiles, JetSlots } from "./jets.js";
export { cmsJetLabels, type JetLabels } from "./rootJets.js";
export type { Hdf5JetsDatasets } from "./hdf5Jets.js";
export * from "./loadJets.js";
export * from "./jetSampleFiles.js";
export * from "./neubauer2022Jets.js";
export * from "./tfjs/index.js";
export { openNpz, type NpzFile, type NpzOptions } from "./readNpz.js";
export { arrayFormats, readArray, type NamedArray, type ReadArrayOptions } from "./readArray.js";
export type { CsvOptions } from "./parseCsv.js";
export type { DecimalSign } from "./csvRecords.js";
export {
  readNetwork,
  saveNetwork,
  type OutputFunction,
  type SavedNetwork,
} from "./savedNetwork.js";
export { readModel, type ModelFile } from "./readModel.js";
export { targetRows } from "./targetRows.js";
