// A thread that reads damaged ROOT and HDF5 files, so that one that never ends can be ended.
import { parentPort } from "node:worker_threads";
import { core, interop } from "phaselens";

// jsroot tells what it thinks of a file
for (const level of ["log", "warn", "error", "info"]) console[level] = () => {};

const readers = {
  root: (path, { tree, branches }) => interop.readRootTree(path, { tree, branches }),
  hdf5: (path, { names }) => interop.readHdf5(path, names),
};

let stray;
process.on("unhandledRejection", (error) => (stray = error));
process.on("uncaughtException", (error) => (stray = error));

parentPort.on("message", async ({ kind, path, what }) => {
  stray = undefined;
  const before = process.memoryUsage.rss();
  let outcome;
  try {
    await readers[kind](path, what);
    outcome = { end: "read" };
  } catch (error) {
    outcome =
      error instanceof core.PhaselensError
        ? { end: "refused", message: error.message }
        : { end: "broken", message: String(error?.stack ?? error) };
  }
  await new Promise((resolve) => setImmediate(resolve));
  if (stray) outcome = { end: "stray", message: String(stray?.stack ?? stray) };
  parentPort.postMessage({ ...outcome, bytes: process.memoryUsage.rss() - before });
});
