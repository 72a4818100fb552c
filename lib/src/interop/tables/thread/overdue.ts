import { MEGABYTES, MILLISECONDS, RUNNING, STEPS, TURN } from "./foreignWork.js";

/** What a call has taken beyond its allowance. */
export interface Overdue {
  readonly seconds?: number;
  readonly megabytes?: number;
}

/** Seconds of the processor that this process has used, in all its threads. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** PHASELENS_PATIENCE: how many times longer and larger calls may be (default 1). */
export function patience(): number {
  const value = Number(process.env.PHASELENS_PATIENCE ?? 1);
  return value > 0 ? value : 1;
}

/**
 * Looks at what runs in a thread. Time counts where both the clock and the processor have gone on
 * for so long: on a busy machine the thread may have waited for the others. Memory is that of the
 * process, since what is no object (arrays, WebAssembly) is not under the limits of a thread.
 * @returns what is to be called now and then
 */
export function overdue(cells: Int32Array): () => Overdue | undefined {
  let turn = -1;
  let steps = -1;
  let [clock, processor, memory] = [0, 0, 0];
  return () => {
    if (Atomics.load(cells, RUNNING) === 0) {
      turn = -1;
      return undefined;
    }
    const [now, used, held] = [
      performance.now() / 1000,
      processorSeconds(),
      process.memoryUsage.rss(),
    ];
    if (cells[TURN] !== turn) memory = held;
    if (cells[TURN] !== turn || cells[STEPS] !== steps) {
      turn = cells[TURN];
      steps = cells[STEPS];
      [clock, processor] = [now, used];
      return undefined;
    }
    const factor = patience();
    const seconds = Math.min(now - clock, used - processor);
    const megabytes = (held - memory) / 2 ** 20;
    if (1000 * seconds > factor * cells[MILLISECONDS]) return { seconds };
    if (megabytes > factor * cells[MEGABYTES]) return { megabytes };
    return undefined;
  };
}
