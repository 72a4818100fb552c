// Training: optimisers, schedules, many networks at once, recipes.
export {
  sgd,
  adam,
  stepSchedule,
  type OptimiserState,
  type UpdateRule,
  type Optimiser,
  type Schedule,
  cosineSchedule,
} from "./optimiser.js";
export { type Recipe } from "./recipe.js";
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
