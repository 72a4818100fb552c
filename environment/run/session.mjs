import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const host = fileURLToPath(new URL("host.cjs", import.meta.url));

/**
 * How long a cell may take to end after it was interrupted, before its process is killed; seconds.
 */
const grace = 2;
/** How long timers that cells started may still run after the last cell, seconds. */
const settling = 2;

/**
 * @typedef {{ cell: number, compiledLine: number, compiled: string }} CellFrame a stack frame in a
 *   cell's compiled JavaScript
 * @typedef {{ name: string, message: string, stack: string, frames: CellFrame[] }} ThrownError
 *   frames: innermost first
 * @typedef {{ file: string, line: number, column: number, text: string }} Diagnostic
 * @typedef {{ type: "stream", cell: number, name: "stdout" | "stderr", text: string }}
 *   StreamMessage
 * @typedef {{ type: "display", cell: number, update: boolean, content: { data: Record<string,
 *   unknown>, metadata?: object,
 *   transient?: { display_id?: string } } }} DisplayMessage
 *
 * @typedef {object} CellResult  how a cell ended
 * @property {"done" | "ended"} type  "ended": its process is gone
 * @property {boolean} timedOut
 * @property {number} [count]
 * @property {Diagnostic[]} [diagnostics]  compiler errors
 * @property {ThrownError | null} [error]
 * @property {number} [seconds]
 * @property {number} [peakBytes]  largest resident memory of the process so far
 * @property {number | null} [exitCode]
 * @property {string | null} [signal]
 *
 * @typedef {object} Settled
 * @property {number} cpuSeconds  of all threads
 * @property {{ found: number, made: number }} cache results that were taken from the library's
 *   cache, and that were computed
 * @property {string[]} studies  files of data/studies that were read
 * @property {Record<string, unknown> | null} parameters  the notebook's `params`
 */

/**
 * Processes that run now; none outlives this one. @type
 * {Set<import("node:child_process").ChildProcess>}
 */
const running = new Set();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * A running notebook process. Cells are run one after the other and share their declarations, as in
 * Jupyter.
 */
export class Session {
  #child;
  #ended;
  #onDone = () => {};

  /**
   * @param {string} folder  the notebook's folder; imports are resolved from there
   * @param {NodeJS.ProcessEnv} env
   * @param {{ output(message: StreamMessage | DisplayMessage): void, late(during: number, error:
   *   ThrownError): void }} listener
   */
  constructor(folder, env, listener) {
    this.listener = listener;
    this.cell = 0;
    this.#child = fork(host, {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    running.add(this.#child);
    // What native code or a worker thread writes bypasses tslab and arrives here.
    for (const name of /** @type {const} */ (["stdout", "stderr"])) {
      this.#child[name]?.on("data", (bytes) =>
        listener.output({ type: "stream", cell: this.cell, name, text: String(bytes) }),
      );
    }
    this.#child.on("message", (message) => this.#receive(message));
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) =>
        resolve({ type: "ended", exitCode: null, signal: null, message: error.message }),
      );
      this.#child.once("exit", (exitCode, signal) => resolve({ type: "ended", exitCode, signal }));
    });
    this.#ended.then(() => running.delete(this.#child));
    this.ready = this.#next("ready");
  }

  #receive(message) {
    if (message.type === "stream" || message.type === "display") this.listener.output(message);
    else if (message.type === "late") this.listener.late(message.during, message.error);
    else this.#onDone(message);
  }

  /** Resolves with the next message of that type, or with the end of the process. */
  #next(type) {
    const answer = new Promise((resolve) => {
      this.#onDone = (message) => message.type === type && resolve(message);
    });
    return Promise.race([answer, this.#ended]);
  }

  /**
   * Runs one cell. A cell past its time is interrupted, which stops loops and awaits; a process
   * that goes on regardless is killed.
   * @param {number} cell  its number among the code cells, from 1
   * @param {string} code
   * @param {{ timeout: number, compiled?: import("../compile/notebook.mjs").CompiledCell }} options
   *   seconds; what the compiler made of the cell, where it was asked before
   * @returns {Promise<CellResult>}
   */
  async run(cell, code, { timeout, compiled }) {
    this.cell = cell;
    let timedOut = false;
    let kill;
    const interrupt = setTimeout(() => {
      timedOut = true;
      this.#child.kill("SIGINT");
      kill = setTimeout(() => this.#child.kill("SIGKILL"), grace * 1000);
    }, timeout * 1000);
    const done = this.#next("done");
    if (this.#child.connected) this.#child.send({ type: "cell", cell, code, compiled });
    const result = await done;
    clearTimeout(interrupt);
    clearTimeout(kill);
    return { ...result, timedOut };
  }

  /**
   * Lets the timers of the cells run out, then ends the process.
   * @returns {Promise<Settled | null>} what the whole run cost; null when the process ended before
   *   it could say so
   */
  async close() {
    let settled = null;
    if (this.#child.connected) {
      const answer = this.#next("settled");
      const patience = setTimeout(() => this.kill(), (settling + grace) * 1000);
      this.#child.send({ type: "settle", seconds: settling });
      const message = await answer;
      if (message.type === "settled") settled = message;
      clearTimeout(patience);
    }
    if (this.#child.connected) this.#child.send({ type: "exit" });
    const kill = setTimeout(() => this.kill(), grace * 1000);
    await this.#ended;
    clearTimeout(kill);
    return settled;
  }

  /** Ends the process at once. */
  kill() {
    this.#child.kill("SIGKILL");
  }
}
