export { gradientBoosting, type BoostingOptions } from "./boosting/gradientBoosting.js";
export type { BoostingLoss } from "./boosting/objectives.js";
export {
  chooseDepth,
  type DepthAccuracy,
  type DepthChoice,
  type DepthOptions,
} from "./chooseDepth.js";
export { contributions, type Contributions } from "./contributions.js";
export { withCover } from "./ensemble/withCover.js";
export { forestFromJson, forestToJson, type ForestJson } from "./forestJson.js";
export type { EnsembleJson } from "./ensembleJson.js";
export type { OutOfBag } from "./outOfBag.js";
export type { Link } from "./ensemble/link.js";
export type { DecisionTree, TreeEnsemble, TreeModel } from "./ensemble/treeEnsemble.js";
export { predict, type PredictOptions } from "./predict.js";
export type { ClassOutOfBag } from "./classes/classOutOfBag.js";
export type { Impurity } from "./classes/classSplit.js";
export {
  randomForest,
  type ClassForestOptions,
  type ForestOptions,
  type GrownClassForest,
  type GrownForest,
} from "./randomForest.js";
export type { RegressionData } from "./regressionData.js";
export type { SplittingOptions, TreeOptions } from "./regressionTree.js";
export type { RandomForest, RegressionTree } from "./tree.js";
export type { TreeContributions } from "./shapley/attribution.js";
export { interactions, type Interactions } from "./shapley/interactions.js";
export { shapley, type ShapleyOptions } from "./shapley/shapley.js";
