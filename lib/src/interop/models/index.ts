// Networks from files of others and back: PyTorch, Keras, TensorFlow.js, our own.
export type { Float32Model } from "./float32Folder.js";
export { readTensors } from "./tensors/readTensors.js";
export type { TensorsOptions } from "./tensors/namedTensors.js";
export {
  loadParameters,
  type LoadedBlock,
  type LoadedParameters,
  type LoadParametersOptions,
} from "./tensors/loadParameters.js";
export * from "./tfjs/index.js";
export {
  saveNetwork,
  type NetworkToSave,
  type OutputFunction,
  type SavedNetwork,
} from "./savedNetwork.js";
export type { ModelInput, ModelInputs } from "./modelInputs.js";
export { readModel, type ModelFile, type ReadModelOptions } from "./readModel.js";
export { fromOnnx, type OnnxModel, type OnnxOptions, type OnnxParameter } from "./onnx/fromOnnx.js";
export { saveOnnx } from "./onnx/writing/saveOnnx.js";
export { toOnnx } from "./onnx/writing/toOnnx.js";
export type { ToOnnxOptions } from "./onnx/writing/options.js";
export type { Extents } from "./onnx/graphInputs.js";
