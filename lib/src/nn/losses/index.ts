// Losses and what they predict, targets, penalties, the risk ℜ.
export * from "./loss.js";
export * from "./accuracy.js";
export * from "./huberLoss.js";
export * from "./linearOutput.js";
export * from "./logisticLoss.js";
export * from "./lossTypes.js";
export * from "./meanSquaredError.js";
export * from "./minimalTargets.js";
export { predictedLabels } from "./predictedLabels.js";
export * from "./sigmoidOutput.js";
export { softmax } from "./softmax.js";
export * from "./softmaxCrossEntropy.js";
export * from "./softmaxOutput.js";
export * from "./penalties.js";
export * from "./risk.js";
export * from "./bins.js";
