// Training: optimisers, schedules, many networks at once, recipes.
export {
  sgd,
  adam,
  stepSchedule,
  type OptimiserState,
  type UpdateRule,
  type Optimiser,
  type Schedule,
  constantSchedule,
  cosineSchedule,
} from "./optimiser.js";
export {
  type Recipe,
  dawid2021CnnRecipe,
  dawid2021GapRecipe,
  bluecher2020CnnRecipe,
  bluecher2020CnnPaperRecipe,
  bluecher2020MlpRecipe,
  bluecher2020MlpPaperRecipe,
} from "./recipes.js";
export {
  type Bluecher2020Training,
  bluecher2020CnnTraining,
  bluecher2020MlpTraining,
} from "./bluecher2020Recipe.js";
export { train, describeParameters } from "./train.js";
export type { EngineOptions, TrainingBackend, TrainingEngine } from "./trainingEngine.js";
export type {
  TrainOptions,
  Keep,
  KeptState,
  TrainEpoch,
  Checkpoint,
  TrainResult,
} from "./trainOptions.js";
export { trainMany, type TrainingRun } from "./trainMany.js";
