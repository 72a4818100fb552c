"use strict";
// The thread that hears SIGINT while cells compute (interrupts.cjs says why). It rests in a script
// that SIGINT breaks off, which is the only way in which another thread than the first hears of it.
const inspector = require("node:inspector");
const vm = require("node:vm");
const { parentPort, workerData } = require("node:worker_threads");
const {
  CANCELLED,
  ENDED,
  HEARD,
  MAY_END,
  OWN,
  PATIENCE,
  RUNNING,
} = require("./interrupt-state.cjs");

/** @type {Int32Array} */
const state = workerData;
const never = new Int32Array(new SharedArrayBuffer(4));
/** @type {inspector.Session | undefined} */
let session;
let untold = false;

/** Run in the first thread, amid what it computes. */
const FORGET = 'globalThis[Symbol.for("phaselens.forgetCallers")]()';

/** Tells the first thread, and ends what it computes if it hears nothing. */
function tell() {
  const before = Atomics.load(state, HEARD);
  Atomics.store(state, CANCELLED, 1);
  parentPort?.postMessage("SIGINT");
  while (Atomics.wait(state, HEARD, before, PATIENCE) === "timed-out") {
    const isCell = Atomics.load(state, RUNNING) > 0 && Atomics.load(state, OWN) === 0;
    if (isCell && Atomics.load(state, MAY_END)) terminate();
  }
}

/** Ends the script, the callback or the microtask that the first thread is in. */
function terminate() {
  if (session === undefined) {
    session = new inspector.Session();
    session.connectToMainThread();
  }
  Atomics.add(state, ENDED, 1);
  session.post("Runtime.evaluate", { expression: FORGET });
  session.post("Runtime.terminateExecution");
}

const scriptOf = (name, action) => {
  globalThis[name] = action;
  return new vm.Script(`${name}()`);
};
const rest = scriptOf("rest", () => Atomics.wait(never, 0, 0));
const watch = scriptOf("watch", () => {
  for (;;) {
    try {
      if (!untold) rest.runInThisContext({ breakOnSigint: true });
    } catch {
      untold = true;
    }
    tell();
    untold = false;
  }
});

parentPort?.postMessage("ready");
// one script within the other: were there a moment without any, SIGINT would end the process then
for (;;) {
  try {
    watch.runInThisContext({ breakOnSigint: true });
  } catch {
    untold = true; // a second interrupt while the first was told
  }
}
