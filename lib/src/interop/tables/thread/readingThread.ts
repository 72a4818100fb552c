import type { MessagePort, Worker } from "node:worker_threads";
import { DataError, PhaselensError } from "../../../core/errors.js";
import { nodeModule } from "../../../core/files/nodeModule.js";
import { receivedError } from "../../../core/tasks/workerMessage.js";
import { CELLS } from "./foreignWork.js";
import { overdue, type Overdue } from "./overdue.js";
import type { ReadingAnswer, ReadingData, ReadingOrder } from "./readingMessages.js";

/** As in `ParallelThread`: with more, V8 aborts the process instead of ending the thread. */
const YOUNG_SPACE = 24;
/** How often what a parser takes is looked at, ms. */
const LOOK = 40;

/** Apart from `new URL`, since bundlers would take the worker for one of a browser. */
const here = import.meta.url;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A thread in which a parser of another project reads one file at a time. */
export class ReadingThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #cells = new Int32Array(new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT));
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  #answered = false;
  #lost: Error | undefined;
  #look: NodeJS.Timeout | undefined;
  /** What errors call the file that it reads. */
  path = "";

  /**
   * @param megabytes  of objects, beyond which the thread is ended
   * @param module     what runs in it
   */
  constructor(
    readonly megabytes: number,
    module: URL = new URL("./readingWorker.js", here),
  ) {
    const { MessageChannel, Worker } = nodeModule("node:worker_threads", "reading a file");
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(module, {
      workerData: { port: port2, cells: this.#cells } satisfies ReadingData<MessagePort>,
      transferList: [port2],
      resourceLimits: {
        maxOldGenerationSizeMb: megabytes,
        maxYoungGenerationSizeMb: YOUNG_SPACE,
      },
      execArgv: process.execArgv.filter((argument) => argument.startsWith("--conditions=")),
    });
    port1.on("message", (answer: ReadingAnswer) => this.#answer(answer));
    this.#worker.on("error", (error: NodeJS.ErrnoException) => {
      const outOfMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      this.#lose(outOfMemory ? this.#refusal(`${megabytes} MB of objects`) : error);
    });
    this.#worker.on("exit", () => {
      const fact = `${this.path}: the thread that reads it ended before it answered`;
      this.#lose(new PhaselensError(`${fact}. Read it again.`, { path: this.path }));
    });
  }

  /** Whether it has never answered: its module may be missing in a bundle. */
  get isMute(): boolean {
    return !this.#answered;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  ask(order: Omit<ReadingOrder, "number">): Promise<unknown> {
    if (this.#lost) return Promise.reject(this.#lost);
    const number = this.#number++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#look ??= this.#watch();
      this.#port.postMessage({ number, ...order });
    });
  }

  /** Lets the thread end by itself, which a thread that was stopped in its work must not. */
  finish(): void {
    if (this.#lost) return;
    this.#port.postMessage({ number: this.#number++, ask: "end", values: [] });
  }

  #answer(answer: ReadingAnswer): void {
    this.#answered = true;
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if (this.#waiting.size === 0) this.#rest();
    if ("error" in answer) waiting?.reject(receivedError(answer.error));
    else waiting?.resolve(answer.value);
  }

  #rest(): void {
    clearInterval(this.#look);
    this.#look = undefined;
  }

  #watch(): NodeJS.Timeout {
    const look = overdue(this.#cells);
    return setInterval(() => {
      const found = look();
      if (!found) return;
      this.#lose(this.#refusal(shown(found)));
      void this.#worker.terminate();
    }, LOOK);
  }

  #refusal(taken: string): DataError {
    const fact = `${this.path}: its parser took ${taken}, more than sound files of this size do`;
    const cure = "It is damaged; fetch it again. If it is sound, set PHASELENS_PATIENCE to 10";
    return new DataError(`${fact}. ${cure}.`, { path: this.path });
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    this.#rest();
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
    this.#port.close();
  }
}

const shown = ({ seconds, megabytes }: Overdue): string =>
  seconds === undefined ? `${megabytes!.toFixed(0)} MB` : `${seconds.toFixed(1)} s`;
