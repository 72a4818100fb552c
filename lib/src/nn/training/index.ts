// Training: optimisers, schedules, many networks at once, recipes.
export * from "./optimiser.js";
export * from "./recipes.js";
export * from "./bluecher2020Recipe.js";
export * from "./train.js";
export type { EngineOptions, TrainingBackend, TrainingEngine } from "./trainingEngine.js";
export * from "./trainOptions.js";
export { trainMany, type TrainingRun } from "./trainMany.js";
