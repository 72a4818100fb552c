// The thread in which parsers of other projects read: opens one file at a time, and answers what it
// is asked of it.
import { workerData, type MessagePort } from "node:worker_threads";
import { sendableError } from "../../../core/tasks/workerMessage.js";
import { watchedBy } from "./foreignWork.js";
import { openers, type OpenHere } from "./openers.js";
import type { ReadingAnswer, ReadingData, ReadingOrder } from "./readingMessages.js";

const { port, cells } = workerData as ReadingData<MessagePort>;
watchedBy(cells);
// jsroot tells the console what it thinks of a file; what matters stands in errors
for (const level of ["log", "info", "warn", "error"] as const) console[level] = () => {};

let file: OpenHere | undefined;

async function answer(order: ReadingOrder): Promise<unknown> {
  if (order.opener !== undefined) {
    file?.close();
    const open = openers[order.opener] as (...values: readonly unknown[]) => Promise<OpenHere>;
    file = await open(...order.values);
    return file.facts;
  }
  if (order.ask === "close") {
    file?.close();
    file = undefined;
    return undefined;
  }
  return file!.ask[order.ask](...(order.values as never[]));
}

/** Arrays that own their memory are handed over, not copied. */
function memoryOf(value: unknown, found: Set<ArrayBuffer> = new Set()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteLength } = value;
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) found.add(buffer);
  } else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) memoryOf(part, found);
  }
  return found;
}

const tell = (message: ReadingAnswer, memory: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, [...memory]);

let last: Promise<void> = Promise.resolve();
port.on("message", (order: ReadingOrder) => {
  if (order.ask === "end") return port.close();
  last = last.then(async () => {
    try {
      const value = await answer(order);
      tell({ number: order.number, value }, [...memoryOf(value)]);
    } catch (error) {
      tell({ number: order.number, error: sendableError(error) });
    }
  });
});
