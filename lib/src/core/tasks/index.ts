// Long work: threads, progress, stopping.
export * from "./progress.js";
export { longRun, type LongRun, type LongRunOptions } from "./longRun.js";
export { stopIfCancelled } from "./cancellation.js";
export * from "./parallel.js";
