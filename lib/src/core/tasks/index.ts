// Long work: threads, progress, stopping.
export { progress, type Progress } from "./progress.js";
export { longRun, type LongRun, type LongRunOptions } from "./longRun.js";
export { stopIfCancelled } from "./cancellation.js";
export { parallelMap, type ParallelTask, type ParallelOptions } from "./parallel.js";
