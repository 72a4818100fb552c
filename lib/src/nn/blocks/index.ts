// Blocks: several layers by the name that the field knows them by.
export {
  batchNorm,
  layerNorm,
  prelu,
  type BatchNormOptions,
  type LayerNormOptions,
} from "./normalisation.js";
export { maskedMean } from "./maskedMean.js";
export {
  attention,
  multiHeadAttention,
  type AttentionOptions,
  type MultiHeadAttentionOptions,
} from "./attention.js";
export { gru, type GruOptions } from "./gru.js";
export { lstm } from "./lstm.js";
export { rnn } from "./rnn.js";
export type { GatedOptions, RecurrenceOptions } from "./recurrence.js";
export { edgeConv, type EdgeConvOptions } from "./edgeConv.js";
