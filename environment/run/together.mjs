import { availableParallelism } from "node:os";
import { executed } from "./shared-execution.mjs";

/**
 * Executes several notebooks, `jobs` at a time in order, and divides the cores between them.
 * @param {import("./notebooks.mjs").NotebookFile[]} files
 * @param {import("./execute.mjs").ExecuteOptions & { force?: boolean, acceptFailureSince?: number, jobs?: number,
 *   onNotebook?: (name: string, event: import("./execute.mjs").ProgressEvent) => void,
 *   onDone?: (result: import("./shared-execution.mjs").Executed) => void }} [options]  jobs default: one for each core
 * @returns {Promise<import("./shared-execution.mjs").Executed>[]} one promise a notebook, in order
 */
export function executeTogether(files, { jobs = availableParallelism(), onNotebook, onDone, ...options } = {}) {
  const atOnce = Math.max(1, Math.min(jobs, files.length));
  const threads = Math.max(1, Math.floor(availableParallelism() / atOnce));
  const settle = files.map(() => /** @type {any} */ ({}));
  const results = settle.map((slot) => new Promise((resolve, reject) => Object.assign(slot, { resolve, reject })));
  let next = 0;
  const worker = async () => {
    while (next < files.length) {
      const index = next++;
      const file = files[index];
      try {
        const result = await executed(file, { ...options, threads, onProgress: (event) => onNotebook?.(file.name, event) });
        onDone?.(result);
        settle[index].resolve(result);
      } catch (error) {
        settle[index].reject(error);
      }
    }
  };
  for (let i = 0; i < atOnce; i++) worker();
  return results;
}
