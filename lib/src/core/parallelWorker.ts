// The thread behind parallelMap: loads the task's module, then answers one item at a time.
import { parentPort, workerData } from "node:worker_threads";
import { watchCancellation } from "./cancellation.js";
import { loadTask } from "./parallelTask.js";
import { detached, END, sendableError } from "./workerMessage.js";

const { module, name, cancelled } = workerData as { module: string; name: string; cancelled: SharedArrayBuffer };
watchCancellation(cancelled);

/** Ends this thread, since nothing is left that keeps it. Deno's port cannot be closed; its worker itself can. */
function end(): void {
  const port = parentPort as { close?: () => void } | null;
  if (port?.close) port.close();
  else (globalThis as { close?: () => void }).close?.();
}

parentPort?.on("message", async (message: { index: number; item: unknown } | typeof END) => {
  if (message === END) return end();
  const { index, item } = message;
  try {
    const task = await loadTask(module, name);
    const result = detached(await task(item));
    parentPort?.postMessage({ index, value: result.value }, result.memory);
  } catch (error) {
    parentPort?.postMessage({ index, error: sendableError(error) });
  }
});
