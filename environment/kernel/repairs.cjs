"use strict";
// Puts the repairs of tslab in their places, before it starts.
const vm = require("node:vm");
const converter = require("tslab/dist/converter");
const executor = require("tslab/dist/executor");
const jupyter = require("tslab/dist/jupyter");
const { declaredNames, repairedConverter, withoutNames } = require("./cells.cjs");
const { failureOf, sendErrors } = require("./failures.cjs");

/** Cells that ran, by number. @type {Map<number, import("./failures.cjs").Cell>} */
const cells = new Map();
let count = 0;
/** @type {unknown[][]} */
let said = [];

function repair() {
  const { createConverter } = converter;
  converter.createConverter = (options) => repairedConverter(createConverter(options));

  // with a name for each cell a stack tells which one a function came from
  const { runInThisContext } = vm;
  vm.runInThisContext = (code, options) =>
    runInThisContext(code, { ...options, filename: `cell-${count}` });

  const { createExecutor } = executor;
  executor.createExecutor = (root, converters, output) =>
    keepingExecutor(createExecutor, root, converters, output);

  sendErrors(jupyter.ZmqServer, async () =>
    said.length > 0 ? failureOf(said, count, cells) : undefined,
  );
}

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
    return {
      ...own,
      convert: (previous, source) => {
        result = own.convert(declarations ?? previous, source);
        cells.set(count, { source, compiled: result.output ?? "" });
        return result;
      },
      inspect: (previous, ...rest) => own.inspect(declarations ?? previous, ...rest),
      complete: (previous, ...rest) => own.complete(declarations ?? previous, ...rest),
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
  const made = createExecutor(root, watched, { ...output, error: (...args) => said.push(args) });
  const execute = async (source) => {
    count++;
    said = [];
    result = undefined;
    const sound = await made.execute(source);
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
  return { ...made, execute, reset };
}

module.exports = { repair };
