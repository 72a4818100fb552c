import { availableParallelism } from "node:os";
import { executed } from "./shared-execution.mjs";

/**
 * Executes several notebooks, `jobs` at a time, and divides the cores between them. The longest
 * start first, by their own account: one of them at the end would keep a single core busy and the
 * others waiting.
 * @param {import("./notebooks.mjs").NotebookFile[]} files
 * @param {import("./execute.mjs").ExecuteOptions & { force?: boolean, acceptFailureSince?: number,
 *   jobs?: number,
 *   onNotebook?: (name: string, event: import("./execute.mjs").ProgressEvent) => void,
 *   onDone?: (result: import("./shared-execution.mjs").Executed) => void }} [options] jobs default:
 *   one for each core
 * @returns {Promise<import("./shared-execution.mjs").Executed>[]} one promise a notebook, in order
 */
export function executeTogether(
  files,
  { jobs = availableParallelism(), onNotebook, onDone, ...options } = {},
) {
  const atOnce = Math.max(1, Math.min(jobs, files.length));
  const threads = Math.max(1, Math.floor(availableParallelism() / atOnce));
  const settle = files.map(() => /** @type {any} */ ({}));
  const results = settle.map(
    (slot) => new Promise((resolve, reject) => Object.assign(slot, { resolve, reject })),
  );
  const order = files
    .map((_, index) => index)
    .sort((a, b) => files[b].seconds - files[a].seconds || a - b);
  let next = 0;
  const worker = async () => {
    while (next < files.length) {
      const index = order[next++];
      const file = files[index];
      try {
        const result = await executed(file, {
          ...options,
          threads,
          onProgress: (event) => onNotebook?.(file.name, event),
        });
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
