"use strict";
// Puts the repairs of tslab in their places, before it starts.
const vm = require("node:vm");
const converter = require("tslab/dist/converter");
const executor = require("tslab/dist/executor");
const jupyter = require("tslab/dist/jupyter");
const { breakable, declaredNames, repairedConverter, withoutNames } = require("./cells.cjs");
const { failureOf, sendErrors } = require("./failures.cjs");
const { answerInterruptRequests, interruptible, uninterrupted } = require("./interrupts.cjs");
const { showingExecutor } = require("./last-value.cjs");
const { lookAtNeighbours, watchNeighbours } = require("./neighbours.cjs");
const { breakOff, eachOf, waitFor } = require("./waits.cjs");

/** Cells that ran, by number. @type {Map<number, import("./stacks.cjs").Cell>} */
const cells = new Map();
/** What files beside the notebook were compiled to, by the name that stacks have. */
const neighbours = new Map();
let count = 0;

/** What most notebooks begin with: read up where nothing is asked for so many ms. */
const [FIRST, IDLE] = ['import { core } from "phaselens";\ncore.', 300];
/** @type {unknown[][]} */
let said = [];

function repair() {
  watchNeighbours();
  const { createConverter } = converter;
  converter.createConverter = (options) => repairedConverter(createConverter(options));

  const { runInThisContext } = vm;
  vm.runInThisContext = (code, options) =>
    options === undefined ? runInThisContext(code) : apart(() => runCell(runInThisContext, code));

  const { createExecutor } = executor;
  executor.createExecutor = (root, converters, output) =>
    keepingExecutor(createExecutor, root, converters, output);

  answerInterruptRequests(jupyter.ZmqServer);
  sendErrors(jupyter.ZmqServer, async () =>
    said.length > 0 ? failureOf(said, count, { cells, neighbours }) : undefined,
  );
}

/** With a name for each cell a stack tells which one a function came from. */
const runCell = (run, code) => run(code, { filename: `cell-${count}` });

/**
 * What something returns that runs in a turn of its own: when an interrupt ends it, nothing of the
 * kernel is below it.
 */
const apart = (action) =>
  new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(action());
      } catch (error) {
        reject(error);
      }
    });
  });

/**
 * An executor that hands on what went wrong, and knows after a cell that failed what its lines
 * before have declared.
 */
function keepingExecutor(createExecutor, root, converters, output) {
  /** Instead of tslab's own, after a failure. @type {string | undefined} */
  let declarations;
  let result;
  const node = () => {
    const own = converters.node;
    const asked =
      (name) =>
      (previous, ...rest) =>
        uninterrupted(() => {
          lookAtNeighbours();
          return own[name](declarations ?? previous, ...rest);
        });
    return {
      ...own,
      convert: (previous, source) => {
        result = asked("convert")(previous, source);
        cells.set(count, { source, compiled: result.output ?? "" });
        for (const { path, data } of result.sideOutputs ?? []) neighbours.set(path, data);
        const { output: script } = result;
        return script ? { ...result, output: breakable(script), hasToplevelAwait: true } : result;
      },
      inspect: asked("inspect"),
      complete: asked("complete"),
    };
  };
  const watched = {
    get node() {
      return node();
    },
    get browser() {
      return converters.browser;
    },
    close: () => converters.close(),
  };
  const saying = { ...output, error: (...args) => said.push(args) };
  const made = showingExecutor(createExecutor, root, watched, saying);
  const reached = (line) => (waiting) => {
    const cell = cells.get(count);
    if (cell) cell.at = waiting ? line : undefined;
  };
  Object.assign(globalThis.__tslab__, {
    wait: (value, line) => waitFor(value, reached(line)),
    each: (items, line) => eachOf(items, reached(line)),
  });
  const execute = async (source) => {
    count++;
    said = [];
    result = undefined;
    const sound = await interruptible(() => made.execute(source));
    if (sound) {
      declarations = undefined;
      for (const args of said.splice(0)) output.error(...args); // of a module in a cell
    } else if (result?.declOutput !== undefined) {
      const names = declaredNames(source);
      const absent = (name) => names.has(name) && made.locals[name] === undefined;
      declarations = withoutNames(result.declOutput, absent);
    }
    return sound;
  };
  const reset = () => {
    declarations = undefined;
    made.reset();
  };
  const interrupt = () => {
    if (!breakOff()) made.interrupt();
  };
  const warmUp = () => {
    if (count === 0) node().complete("", FIRST, FIRST.length);
  };
  setTimeout(warmUp, IDLE).unref();
  return { ...made, execute, reset, interrupt };
}

module.exports = { repair };
