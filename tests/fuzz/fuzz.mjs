// Tries parsers with many damaged inputs, in a thread that is ended where one takes too much.
import { Worker } from "node:worker_threads";
import { CELLS } from "phaselens/internal/interop/tables/thread/foreignWork";
import { overdue } from "phaselens/internal/interop/tables/thread/overdue";

/** Of one input, of some kilobytes. */
const LIMITS = { seconds: 2, megabytes: 300 };
/** After so many a parser is not tried further. */
const ENOUGH = 20;

const cells = (count) =>
  new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));

/**
 * @typedef {object} Tried
 * @property {number} tried  inputs
 * @property {number} read  of these, how many were sound enough
 * @property {number} refused
 * @property {{ input: number, fault: string }[]} faults
 */

/** One thread, used for one parser after the other. */
export class Fuzzer {
  #worker;
  /** The input that is tried, refusals, readings. */
  #at = cells(3);
  #watch;

  /**
   * @param {string} name  of a parser
   * @param {{ seed: number, runs: number, seconds?: number, first?: number }} options  seconds: ends
   *   after so many (default: none)
   * @returns {Promise<Tried>}
   */
  async try(name, { seed, runs, seconds = Infinity, first = 0 }) {
    const faults = [];
    const [until, end] = [first + runs, performance.now() + 1000 * seconds];
    let from = first;
    this.#at.fill(0);
    do {
      Atomics.store(this.#at, 0, from);
      const left = (end - performance.now()) / 1000;
      const died = await this.#run({ name, seed, from, until, seconds: left }, faults);
      from = Atomics.load(this.#at, 0);
      if (died === undefined) break;
      faults.push({ input: from, fault: died });
      from++;
    } while (from < until && performance.now() < end && faults.length < ENOUGH);
    const [, refused, read] = this.#at;
    return { tried: from - first, refused, read, faults };
  }

  close() {
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start() {
    this.#watch = cells(CELLS);
    this.#worker = new Worker(new URL("fuzzThread.mjs", import.meta.url), {
      workerData: { watch: this.#watch, at: this.#at, limits: LIMITS },
      resourceLimits: { maxOldGenerationSizeMb: 768, maxYoungGenerationSizeMb: 24 },
      execArgv: [],
    });
    return this.#worker;
  }

  /** @returns {Promise<string | undefined>} why the thread ended before it was done */
  #run(task, faults) {
    const worker = this.#worker ?? this.#start();
    const look = overdue(this.#watch);
    return new Promise((resolve) => {
      const finish = (reason) => {
        clearInterval(looking);
        for (const event of ["message", "error", "exit"]) worker.removeAllListeners(event);
        if (reason !== undefined) this.close();
        resolve(reason);
      };
      const looking = setInterval(() => {
        const { seconds, megabytes } = look() ?? {};
        if (seconds !== undefined) finish(`took more than ${seconds.toFixed(1)} s`);
        else if (megabytes !== undefined) finish(`took more than ${megabytes.toFixed(0)} MB`);
        else if (faults.length >= ENOUGH) finish("has enough faults");
      }, 40);
      worker.on("message", ({ done, input, fault }) => {
        if (done) finish(undefined);
        else faults.push({ input, fault });
      });
      worker.on("error", (error) => finish(`ended the thread: ${error.message}`));
      worker.on("exit", (code) => finish(`ended the thread (${code})`));
      worker.postMessage(task);
    });
  }
}
