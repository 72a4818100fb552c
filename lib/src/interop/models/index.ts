// Networks from files of others and back: PyTorch, Keras, TensorFlow.js, our own.
export { dawid2021Published, type Dawid2021Published } from "./dawid2021.js";
export { neubauer2022Taggers, type PublishedTagger } from "./neubauer2022.js";
export type { Float32Model } from "./float32Folder.js";
export {
  openPytorchCheckpoint,
  readPytorchCheckpoint,
  type PytorchCheckpoint,
  type PytorchCheckpointOptions,
} from "./pytorch/readPytorchCheckpoint.js";
export * from "./tfjs/index.js";
export {
  readNetwork,
  saveNetwork,
  type OutputFunction,
  type SavedNetwork,
} from "./savedNetwork.js";
export type { ModelInput, ModelInputs } from "./modelInputs.js";
export { readModel, type ModelFile } from "./readModel.js";
