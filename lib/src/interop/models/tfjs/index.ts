export { channelsFirst } from "./channelOrder.js";
export type { ExportOptions } from "./exporter.js";
export { fromTfjs } from "./fromTfjs.js";
export type { ImportedModel, ImportOptions } from "./importModel.js";
export type { Tfjs, TfjsModel } from "./module.js";
export type { ReadTfjsOptions } from "./readTfjsModel.js";
export { saveTfjsModel } from "./saveTfjsModel.js";
export { tfjsBackend } from "./tfjsBackend.js";
export { toTfjs } from "./toTfjs.js";
