// The thread behind parallelMap: loads the module of a call's task, answers one item at a time, and
// waits for the next call.
import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { watchCancellation } from "./cancellation.js";
import { detached } from "./detached.js";
import { notCopied } from "./notCopied.js";
import { loadTask, noteImports } from "./parallelTask.js";
import { whileComputing } from "../cache/computing.js";
import { reportLocks } from "../cache/lock.js";
import { filesOfModule, type FileStamp } from "./importedFiles.js";
import {
  isMarked,
  sendableError,
  type Rested,
  type Work,
  type WorkerOrder,
} from "./workerMessage.js";

/** What `ParallelThread` hands over at the start. */
export interface WorkerData {
  readonly cancelled: SharedArrayBuffer;
  readonly mark: string;
}

const { cancelled, mark } = workerData as WorkerData;
watchCancellation(cancelled);
reportLocks((lock, held) => parentPort?.postMessage({ mark, lock, held }));

/** Files of the user's that this thread has imported, as they were then, by address. */
const imported = new Map<string, readonly FileStamp[]>();
const library = new URL("../../", import.meta.url).href;
noteImports((address) => {
  const own = /^(phaselens($|\/)|node:)/.test(address) || address.startsWith(library);
  if (!own && !imported.has(address)) imported.set(address, filesOfModule(address));
});

/** Of the call that is served; undefined between calls, so that what was shared can be freed. */
let work: Work | undefined;

/**
 * Ends this thread, since nothing is left that keeps it. Deno's port cannot be closed; its worker
 * itself can.
 */
function end(): void {
  const port = parentPort as { close?: () => void } | null;
  if (port?.close) port.close();
  else (globalThis as { close?: () => void }).close?.();
}

function rest(): void {
  work = undefined;
  const { used_heap_size: used, external_memory: outside = 0 } = getHeapStatistics();
  const rested: Rested = { bytes: used + outside, files: [...imported.values()].flat() };
  parentPort?.postMessage({ mark, rested });
}

function answer(index: number, { value, memory }: ReturnType<typeof detached>): void {
  try {
    parentPort?.postMessage({ mark, index, value }, memory);
  } catch (error) {
    throw notCopied(`the result of item ${index}`, error);
  }
}

async function compute(index: number, item: unknown): Promise<void> {
  try {
    const { module, name, computing, shared } = work!;
    const task = await loadTask(module, name);
    const result = detached(await whileComputing(computing, () => task(item, shared)));
    answer(index, result);
  } catch (error) {
    parentPort?.postMessage({ mark, index, error: sendableError(error) });
  }
}

parentPort?.on("message", (message: unknown) => {
  if (!isMarked<WorkerOrder>(message, mark)) return;
  if ("end" in message) end();
  else if ("rest" in message) rest();
  else if ("work" in message) work = message.work;
  else void compute(message.index, message.item);
});
