import { Worker } from "node:worker_threads";

/** Of one call, ms: all of them take a few, so this is for machines that are busy. */
export const PATIENCE = 10_000;
const BYTES = 2000;

/**
 * Ends the process when a call does not come back, for nothing else interrupts a loop, and says
 * which one it was.
 */
const code = `
const { workerData, threadId } = require("node:worker_threads");
const fs = require("node:fs");
const clock = new Int32Array(workerData, 0, 2);
const words = new Uint8Array(workerData, 8);
let [last, since] = [0, performance.now()];
setInterval(() => {
  const now = Atomics.load(clock, 0);
  if (now !== last) [last, since] = [now, performance.now()];
  else if (Atomics.load(clock, 1) > 0 && performance.now() - since > ${PATIENCE}) {
    const told = Buffer.from(words.slice(0, Atomics.load(clock, 1)));
    fs.writeSync(2, "\\nhangs: " + told + "\\n");
    process.kill(process.pid, "SIGKILL");
  }
}, 500);
`;

export interface Watchdog {
  /** Before a call. */
  begin(words: string): void;
  /** After it. */
  end(): void;
  stop(): Promise<unknown>;
}

export function watchdog(): Watchdog {
  const shared = new SharedArrayBuffer(8 + BYTES);
  const clock = new Int32Array(shared, 0, 2);
  const room = new Uint8Array(shared, 8);
  const worker = new Worker(code, { eval: true, workerData: shared });
  worker.unref();
  return {
    begin: (words) => {
      const bytes = new TextEncoder().encode(words).subarray(0, BYTES);
      room.set(bytes);
      Atomics.store(clock, 1, bytes.length);
      Atomics.add(clock, 0, 1);
    },
    end: () => void Atomics.store(clock, 1, 0),
    stop: () => worker.terminate(),
  };
}
