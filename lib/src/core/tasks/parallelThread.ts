import type { Worker } from "node:worker_threads";
import { filesBeingComputed } from "../cache/computing.js";
import { PhaselensError } from "../errors.js";
import { releaseFor, type HeldLock } from "../cache/lock.js";
import { nodeModule } from "../files/nodeModule.js";
import { notCopied } from "./notCopied.js";
import type { WorkerData } from "./parallelWorker.js";
import {
  isMarked,
  receivedError,
  type Order,
  type Rested,
  type WorkerMessage,
  type WorkerOrder,
} from "./workerMessage.js";

/**
 * Space for a worker's young objects, in MB. Node ends a worker that runs out of memory by letting
 * its heap grow by 16 MB for a last collection; if more than that survives, V8 aborts the whole
 * process instead, as happened with the default of Node 24. What can survive is a third of the
 * young space (one semi-space) and as much again in large objects: with 24 MB, 16 MB.
 */
const YOUNG_SPACE = 24;

/** How long a thread may take to end by itself, ms. */
const PATIENCE = 2000;

/** Apart from `new URL`, since bundlers would take the worker for one of a browser. */
const here = import.meta.url;

/** A task that itself maps, or multiplies, does not multiply the threads. */
const variables = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PHASELENS_JOBS: "1",
  PHASELENS_THREADS: "1",
});

/** Variables that a thread is started with; it does not see what is set later. */
export const environmentOfThreads = (): string => JSON.stringify(variables());

function startedWorker(workerData: WorkerData): Worker {
  const { Worker } = nodeModule("node:worker_threads", "computing in several threads");
  return new Worker(new URL("./parallelWorker.js", here), {
    workerData,
    env: variables(),
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_SPACE },
    // others (--eval, --input-type) break workers
    execArgv: process.execArgv.filter((argument) => argument.startsWith("--conditions=")),
  });
}

/** One worker thread, which computes one item at a time, of one call after the other. */
export class ParallelThread {
  readonly #worker: Worker;
  /** `watchCancellation` in the thread. */
  readonly #cancelled = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #mark = nodeModule("node:crypto", "computing in several threads").randomUUID();
  /** By token. */
  readonly #locks = new Map<string, HeldLock>();
  #calls = 0;
  #exited = false;
  /** Why the worker takes no more items. */
  #end: string | undefined;
  #died = false;
  #rested: ((rested: Rested) => void) | undefined;
  #waiting:
    | { resolve(value: unknown): void; reject(error: Error): void; lost(reason: string): Error }
    | undefined;

  constructor() {
    this.#worker = startedWorker({ cancelled: this.#cancelled, mark: this.#mark });
    this.#worker.on("message", (message: unknown) => {
      if (isMarked<WorkerMessage>(message, this.#mark)) this.#hear(message);
    });
    this.#worker.on("messageerror", (error) => this.#die(error.message));
    this.#worker.on("error", (error: NodeJS.ErrnoException) => {
      this.#die(
        error.code === "ERR_WORKER_OUT_OF_MEMORY"
          ? "it ran out of memory; use smaller items or fewer jobs"
          : error.message,
      );
    });
    this.#worker.on("exit", (code) => {
      this.#exited = true;
      for (const lock of this.#locks.values()) releaseFor(lock);
      this.#die(`exit code ${code}; a task must return, not end its process`);
    });
  }

  /** Whether it can be given another item, of this call or another. */
  get usable(): boolean {
    return this.#end === undefined && this.#waiting === undefined && !this.#isCancelled;
  }

  get #isCancelled(): boolean {
    return Atomics.load(new Int32Array(this.#cancelled), 0) !== 0;
  }

  /**
   * Whether it has come to its end in the middle of an item although a call before this one may
   * have left the cause: a timer that throws, memory.
   */
  get diedOfThePast(): boolean {
    return this.#died && this.#calls > 1;
  }

  #hear(message: WorkerMessage): void {
    if ("lock" in message) return this.#note(message.lock, message.held);
    if ("rested" in message) return this.#rested?.(message.rested);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if ("error" in message) waiting?.reject(receivedError(message.error));
    else waiting?.resolve(message.value);
  }

  #note(lock: HeldLock, held: boolean): void {
    if (held) this.#locks.set(lock.token, lock);
    else this.#locks.delete(lock.token);
  }

  #order(order: Order): void {
    this.#worker.postMessage({ mark: this.#mark, ...order } satisfies WorkerOrder);
  }

  #die(reason: string): void {
    this.#died ||= this.#end === undefined;
    this.#stop(reason);
  }

  #stop(reason: string): void {
    this.#end ??= reason;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(waiting.lost(this.#end));
  }

  /**
   * What the items from here on are put into.
   * @throws ConfigError if `shared` cannot be copied to a thread
   */
  begin(address: string, name: string, shared: unknown): void {
    this.#calls++;
    try {
      this.#order({ work: { module: address, name, computing: filesBeingComputed(), shared } });
    } catch (error) {
      throw notCopied("shared", error);
    }
  }

  /** The call is over: the thread lets go of what was shared, and keeps no process from its end. */
  rest(told: (rested: Rested) => void): void {
    this.#rested = told;
    this.#order({ rest: true });
    this.#worker.unref();
  }

  /** Another call begins. */
  wake(): void {
    this.#rested = undefined;
    this.#worker.ref();
  }

  /** @param what  what errors call the item, e.g. "item 3 of 10" */
  compute(index: number, item: unknown, what: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const lost = (reason: string): Error =>
        new PhaselensError(`parallelMap: the worker computing ${what} stopped: ${reason}.`, {
          index,
          item,
        });
      if (this.#end !== undefined) return reject(lost(this.#end));
      this.#waiting = { resolve, reject, lost };
      try {
        this.#order({ index, item });
      } catch (error) {
        this.#waiting = undefined;
        reject(notCopied(what, error) as Error);
      }
    });
  }

  /**
   * Lets the thread end by itself. A thread that is terminated while V8 still optimises what it has
   * just run may take the whole process with it ("Assertion failed: (data.first) != nullptr" in
   * Node 20); one that ends by itself waits for that first.
   */
  finish(): void {
    if (this.#exited) return;
    this.#stop("it had finished");
    this.#worker.ref();
    this.#order({ end: true });
    // A task may have left a timer or a socket behind, which would keep the thread for ever.
    const patience = setTimeout(() => void this.#worker.terminate(), PATIENCE);
    this.#worker.once("exit", () => clearTimeout(patience));
  }

  /**
   * Tells the thread that nobody waits for what it computes: it ends where the work looks
   * (`stopIfCancelled`). To be followed by `finish`.
   */
  cancel(): void {
    Atomics.store(new Int32Array(this.#cancelled), 0, 1);
  }

  /** Ends the thread at once, whatever it is doing. */
  end(): void {
    this.#stop("it was ended after an earlier item failed");
    void this.#worker.terminate();
  }
}
