// Networks by the name that the field knows them by, of sets of objects with masks.
export type { ObjectNetworkOptions, ObjectSets } from "./objectSets.js";
export { deepSets, type DeepSetsOptions } from "./deepSets.js";
export { particleNet, type ParticleNetOptions } from "./particleNet.js";
export { transformerEncoder, type TransformerEncoderOptions } from "./transformerEncoder.js";
export { resnet1d, type Resnet1dOptions } from "./resnet1d.js";
