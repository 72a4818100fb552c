// Losses and what they predict, targets, penalties, the risk ℜ.
export { losses, type LossOutput, type LossSpec, type OutputReading, type Loss } from "./loss.js";
export * from "./lossTable.js"; // what stands there is public: a new loss is its file and a line there
export { accuracy } from "./accuracy.js";
export { classWeighted } from "./classWeighted.js";
export { outputs } from "./outputs.js";
export { predictedLabels } from "./predictedLabels.js";
export type { L1 } from "./penalties.js";
export {
  predict,
  activations,
  risk,
  riskAndGradient,
  perSampleGradients,
  type RiskOptions,
  type Samples,
  type RiskAndGradient,
  type SampleGradients,
} from "./risk.js";
export { labelBins, binTargets, valueTargets, predictedValues, type Bins } from "./bins.js";
