// The thread behind parallelMap: loads the task's module, then answers one item at a time.
import { parentPort, workerData } from "node:worker_threads";
import { loadTask } from "./parallelTask.js";
import { detached, END, sendableError } from "./workerMessage.js";

const { module, name } = workerData as { module: string; name: string };

parentPort?.on("message", async (message: { index: number; item: unknown } | typeof END) => {
  if (message === END) return parentPort?.close(); // nothing is left that keeps the thread
  const { index, item } = message;
  try {
    const task = await loadTask(module, name);
    const result = detached(await task(item));
    parentPort?.postMessage({ index, value: result.value }, result.memory);
  } catch (error) {
    parentPort?.postMessage({ index, error: sendableError(error) });
  }
});
