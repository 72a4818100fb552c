export {
  PhaselensError,
  ShapeError,
  ConfigError,
  NumericalError,
  NotConvergedError,
  DataError,
  InterruptedError,
} from "./errors.js";
export { tensor, type Shape, type Tensor } from "./tensor.js";
export { size, row, takeRows, toRows, dot, norm } from "./batches.js";
export { makeDataset, oneHot, subset, labelsOf, type Provenance, type Dataset } from "./dataset.js";
export { preset, type PresetName, type PresetChoices } from "./preset.js";
export * from "./random/index.js";
export * from "./statistics/index.js";
export * from "./files/index.js";
export * from "./cache/index.js";
export * from "./tasks/index.js";
