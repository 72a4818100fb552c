// The thread of compiler.mjs: one compiler for all notebooks of a run, since what it knows of the
// packages costs more than their cells.
import { parentPort } from "node:worker_threads";
import { compileCells } from "./notebook.mjs";

parentPort?.on("message", ({ id, folder, code }) => {
  let cells = [];
  try {
    cells = compileCells(folder, code);
  } catch {
    // tslab compiles each cell when it runs, and says what is wrong
  }
  parentPort?.postMessage({ id, cells });
});
