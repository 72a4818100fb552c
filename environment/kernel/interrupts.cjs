"use strict";
// A repair of tslab 1.0.22, whose interrupt breaks off the beginning of a cell up to its first
// await, and after it is heard only where the cell waits. Here
//
// - SIGINT is heard by a thread beside, which sets a flag that the library looks at in its loops
//   (`stopIfCancelled`): it throws, and leaves nothing half done
// - half a second later it ends what still computes, through Node's inspector
// - a cell that waits goes on with an error at that place, so that nothing of it runs behind
const path = require("node:path");
const { Worker } = require("node:worker_threads");
const { CANCELLED, ENDED, HEARD, LENGTH, MAY_END, OWN, RUNNING } = require("./interrupt-state.cjs");

const state = new Int32Array(new SharedArrayBuffer(LENGTH * Int32Array.BYTES_PER_ELEMENT));
// @ts-expect-error where the library looks when it is loaded
globalThis[Symbol.for("phaselens.interrupts")] = state;

/** Before anything listens to SIGINT. */
function hearInterrupts() {
  if (process.platform === "win32") return; // no SIGINT there: Jupyter sends a message
  leaveSignalAlone();
  if (mayForgetCallers()) Atomics.store(state, MAY_END, 1);
  const thread = new Worker(path.join(module.path, "interrupt-watch.cjs"), {
    workerData: state,
    execArgv: [],
  });
  thread.unref();
  thread.on("message", (message) => message === "SIGINT" && interrupt());
}

/**
 * Listeners of SIGINT are kept, and called by `interrupt`; Node no longer asks the system for it,
 * which it gives to one of the two.
 */
function leaveSignalAlone() {
  for (const event of /** @type {const} */ (["newListener", "removeListener"]))
    for (const own of process.rawListeners(event)) {
      process.off(event, own);
      process.on(event, (name, ...rest) => name !== "SIGINT" && own.call(process, name, ...rest));
    }
}

/**
 * Node keeps a list of what called what across callbacks, and ends the process where one is left
 * that did not come to its end. `forgetCallers`, for the thread beside, empties the list.
 * @returns {boolean} false where Node does not let us in
 */
function mayForgetCallers() {
  const quiet = process.noDeprecation;
  try {
    process.noDeprecation = true;
    // @ts-expect-error of Node's own tests and a few old packages
    const { clearAsyncIdStack } = process.binding("async_wrap");
    clearAsyncIdStack.call(undefined);
    globalThis[Symbol.for("phaselens.forgetCallers")] = clearAsyncIdStack;
    return true;
  } catch {
    return false;
  } finally {
    process.noDeprecation = quiet;
  }
}

/** Whoever listens to SIGINT hears of it: tslab, and long calls of the library. */
function interrupt() {
  Atomics.store(state, CANCELLED, 1);
  Atomics.add(state, HEARD, 1);
  Atomics.notify(state, HEARD);
  process.emit("SIGINT", "SIGINT");
}

/**
 * Runs a cell.
 * @template T  @param {() => Promise<T>} cell  @returns {Promise<T>}
 */
async function interruptible(cell) {
  Atomics.store(state, CANCELLED, 0);
  Atomics.store(state, RUNNING, 1);
  const [before, ended] = [process.rawListeners("SIGINT"), Atomics.load(state, ENDED)];
  try {
    return await cell();
  } finally {
    Atomics.store(state, RUNNING, 0);
    if (Atomics.load(state, ENDED) !== ended) forgetListeners(before);
  }
}

/** Those of calls that were ended from outside, which can no longer take them away. */
function forgetListeners(before) {
  for (const listener of process.rawListeners("SIGINT"))
    if (!before.includes(listener)) process.off("SIGINT", listener);
}

/**
 * Runs something of the kernel that must come to its end.
 * @template T  @param {() => T} work  @returns {T}
 */
function uninterrupted(work) {
  Atomics.add(state, OWN, 1);
  try {
    return work();
  } finally {
    Atomics.sub(state, OWN, 1);
  }
}

/**
 * Answers "interrupt_request" of Jupyter's control channel, which tslab does not know.
 * @param {any} ZmqServer  of tslab
 */
function answerInterruptRequests(ZmqServer) {
  const { handleShellMessage, publishStatus } = ZmqServer.prototype;
  /** tslab's class of messages, which it keeps to itself. */
  let Message;
  ZmqServer.prototype.publishStatus = function (status, parent) {
    Message = parent.constructor;
    publishStatus.call(this, status, parent);
  };
  ZmqServer.prototype.handleShellMessage = async function (socket, ...frames) {
    const message = Message?.fromRaw(this.connInfo.key, frames);
    if (message?.header.msg_type !== "interrupt_request")
      return handleShellMessage.call(this, socket, ...frames);
    this.publishStatus("busy", message);
    interrupt();
    const reply = message.createReply();
    reply.header.msg_type = "interrupt_reply";
    reply.content = { status: "ok" };
    reply.signAndSend(this.connInfo.key, socket);
    this.publishStatus("idle", message);
  };
}

module.exports = {
  answerInterruptRequests,
  hearInterrupts,
  interruptible,
  uninterrupted,
};
