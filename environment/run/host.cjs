"use strict";
// Child process that runs a notebook's cells: drives tslab's own converter and executor, without
// ZeroMQ, and talks to session.mjs over Node's message channel. Messages out: ready, stream,
// display, late, done, settled. Messages in: cell, settle, exit.

const { subscribe } = require("node:diagnostics_channel");
const util = require("node:util");
const vm = require("node:vm");
const { Worker } = require("node:worker_threads");
const { compileLate, lateConverter } = require("./late-compiler.cjs");
compileLate();
require("../kernel/typescript.cjs").replaceCompiler();
const tslabConverter = require("tslab/dist/converter");
const { createExecutor } = require("tslab/dist/executor");
const { JupyterHandlerImpl } = require("tslab/dist/jupyter");
const { repairedConverter } = require("../kernel/cells.cjs");
const { showingExecutor } = require("../kernel/last-value.cjs");
const { peakBytes } = require("../base/peak-memory.cjs");

/** Index of the cell that runs, or of the last one that ran. */
let current = 0;
/** What tslab reported about the cell that runs. */
let report = newReport();
/** Compiled JavaScript by cell, for the line of an error. @type {Map<number, string>} */
const compiled = new Map();

function newReport() {
  return { thrown: null, diagnostics: [] };
}

// tslab compiles every cell under one anonymous name. With the cell's own name a stack trace tells
// which cell a function came from.
const runInThisContext = vm.runInThisContext;
vm.runInThisContext = (code, options) =>
  runInThisContext(code, { ...options, filename: `cell-${current}` });

const converter = lateConverter(() =>
  repairedConverter(tslabConverter.createConverter({ isJS: false, isBrowser: false })),
);
/** What of the cell that runs was compiled before. */
let ahead;
const node = {
  ...converter,
  convert: (previous, source) => {
    const result = converter.convert(previous, source, ahead);
    compiled.set(current, result.output || "");
    return result;
  },
};
const converters = {
  node,
  get browser() {
    throw new Error("cells for the browser are not supported by this runner");
  },
  close: () => converter.close(),
};

// tslab prints a diagnostic as a format with five arguments and a thrown value as the only
// argument.
const tslabConsole = {
  log: (...args) => console.log(...args),
  error: (...args) => {
    if (args.length === 1) {
      report.thrown = { value: args[0] };
      return;
    }
    const [, file, line, column, text] = args;
    report.diagnostics.push({ file: file.trim(), line, column, text });
  },
};

/** How often a result was found in the library's cache, and how often it was computed. */
const cache = { found: 0, made: 0 };
subscribe("phaselens:cache", (use) => cache[use.found ? "found" : "made"]++);
/** Files of data/studies that were read. @type {Set<string>} */
const studies = new Set();
subscribe("phaselens:study", (use) => studies.add(use.file));

const executor = showingExecutor(createExecutor, process.cwd(), converters, tslabConsole);
const handler = new JupyterHandlerImpl(executor, false);

/** @param {unknown} value  anything that can be thrown */
function describe(value) {
  const isError =
    value !== null && typeof value === "object" && "stack" in value && "message" in value;
  if (!isError) return { name: "Thrown value", message: util.inspect(value), stack: "" };
  return { name: String(value.name), message: String(value.message), stack: String(value.stack) };
}

/**
 * Adds the stack frames that belong to cells, innermost first, and the JavaScript that their line
 * numbers count.
 */
function located(value) {
  const error = describe(value);
  const frames = [...error.stack.matchAll(/\bcell-(\d+):(\d+)/g)].map(([, cell, line]) => ({
    cell: Number(cell),
    compiledLine: Number(line),
    compiled: compiled.get(Number(cell)) ?? "",
  }));
  return { ...error, frames };
}

async function runCell({ cell, code, compiled: given }) {
  current = cell;
  ahead = given;
  report = newReport();
  const start = process.hrtime.bigint();
  const reply = await handler.handleExecute(
    { code },
    // These return nothing, as in the real kernel: a returned value would become the value of the
    // cell.
    (name, text) => {
      process.send({ type: "stream", cell, name, text });
    },
    (content, update) => {
      process.send({ type: "display", cell, content, update: Boolean(update) });
    },
  );
  // A promise that nobody waits for is reported after the microtasks: give it its turn while the
  // cell is still ours.
  await new Promise((resolve) => setTimeout(resolve, 0));
  await new Promise((resolve) => setImmediate(resolve));
  // tslab pauses 200 ms after an error to drop queued requests; there are none here
  handler.execQueue.reset();
  process.send({
    type: "done",
    cell,
    count: reply.execution_count,
    diagnostics: report.diagnostics,
    error: report.thrown ? located(report.thrown.value) : null,
    refused: reply.status !== "ok",
    seconds: Number(process.hrtime.bigint() - start) / 1e9,
    peakBytes: peakBytes(),
  });
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

/**
 * The notebook's parameters as JSON has them; null where there are none or they are more than
 * numbers and texts.
 */
function plain(parameters) {
  try {
    return JSON.parse(JSON.stringify(parameters ?? null));
  } catch {
    return null;
  }
}

/**
 * Waits until the timers that the cells started have run, at most `seconds`: what they reject
 * belongs to the notebook too.
 */
async function settle({ seconds }) {
  const end = Date.now() + seconds * 1000;
  do {
    await new Promise((resolve) => setTimeout(resolve, 10));
  } while (timers() > timersAtStart && Date.now() < end);
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  process.send({
    type: "settled",
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    cache,
    studies: [...studies].sort(),
    parameters: plain(executor.locals.params),
  });
}

process.on("SIGINT", () => executor.interrupt());
process.on("disconnect", () => process.exit(1)); // the parent is gone
// A cell in an endless loop hears nothing of that, but a thread beside it sees that the process has
// got another parent.
const watch = `setInterval(() => process.ppid === ${process.ppid} || process.kill(process.pid, "SIGKILL"), 1000)`;
new Worker(watch, { eval: true }).unref();
for (const event of ["unhandledRejection", "uncaughtException"]) {
  process.on(event, (value) =>
    process.send({ type: "late", during: current, error: located(value) }),
  );
}
process.on("message", (message) => {
  if (message.type === "cell") runCell(message);
  if (message.type === "settle") settle(message);
  if (message.type === "exit") process.exit(0);
});

const timersAtStart = timers();
process.send({ type: "ready" });
