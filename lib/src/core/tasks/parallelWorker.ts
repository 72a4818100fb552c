// The thread behind parallelMap: loads the task's module, then answers one item at a time.
import { parentPort, workerData } from "node:worker_threads";
import { watchCancellation } from "./cancellation.js";
import { loadTask } from "./parallelTask.js";
import { whileComputing } from "../cache/computing.js";
import { reportLocks } from "../cache/lock.js";
import { detached, isMarked, sendableError, type WorkerOrder } from "./workerMessage.js";

/** What `ParallelThread` hands over. */
export interface WorkerData {
  readonly module: string;
  readonly name: string;
  readonly cancelled: SharedArrayBuffer;
  readonly mark: string;
  /** `filesBeingComputed` of the thread that asks. */
  readonly computing: readonly string[];
  /** What the task is handed beside each item. */
  readonly shared: unknown;
}

const { module, name, cancelled, mark, computing, shared } = workerData as WorkerData;
watchCancellation(cancelled);
reportLocks((lock, held) => parentPort?.postMessage({ mark, lock, held }));

/**
 * Ends this thread, since nothing is left that keeps it. Deno's port cannot be closed; its worker
 * itself can.
 */
function end(): void {
  const port = parentPort as { close?: () => void } | null;
  if (port?.close) port.close();
  else (globalThis as { close?: () => void }).close?.();
}

parentPort?.on("message", async (message: unknown) => {
  if (!isMarked<WorkerOrder>(message, mark)) return;
  if ("end" in message) return end();
  const { index, item } = message;
  try {
    const task = await loadTask(module, name);
    const result = detached(await whileComputing(computing, () => task(item, shared)));
    parentPort?.postMessage({ mark, index, value: result.value }, result.memory);
  } catch (error) {
    parentPort?.postMessage({ mark, index, error: sendableError(error) });
  }
});
