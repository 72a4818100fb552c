// The thread in which a parser is tried: what it is at stands in cells that the other thread reads.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { core } from "phaselens";
import { foreignTurns, watchedBy } from "phaselens/internal/interop/tables/thread/foreignWork";
import { Failure } from "../../environment/base/failure.mjs";
import { inputOf, parsers } from "./parsers/index.mjs";
import { randomOf } from "./parsers/inputs.mjs";

const { watch, at, limits } = workerData;
watchedBy(watch);
// jsroot and others tell what they think of a file
for (const level of ["log", "warn", "error", "info"]) console[level] = () => {};

/** What a parser has left behind. */
let stray;
process.on("unhandledRejection", (error) => (stray = error));
process.on("uncaughtException", (error) => (stray = error));

/** What is wrong with how a call ended; undefined if it read or refused as it should. */
async function fault(call) {
  stray = undefined;
  let refused = true;
  try {
    await foreignTurns(limits, async () => call());
    refused = false;
  } catch (error) {
    if (!(error instanceof core.PhaselensError || error instanceof Failure)) {
      return `threw ${error?.stack ?? error}`;
    }
    if (error.message.length > 20_000) return "refused in a message of more than 20,000 letters";
  }
  if (stray) return `left an error behind: ${stray?.stack ?? stray}`;
  if (Object.keys(Object.prototype).length > 0 || {}.polluted !== undefined) {
    return "changed Object.prototype";
  }
  at[refused ? 1 : 2]++;
  return undefined;
}

async function tryAll({ name, seed, from, until, seconds }) {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-fuzz-"));
  const end = performance.now() + 1000 * seconds;
  try {
    for (let k = from; k < until && performance.now() < end; k++) {
      Atomics.store(at, 0, k);
      const random = randomOf(`${seed}/${name}/${k}`);
      const { bytes, which } = inputOf(parsers[name], random);
      const found = await fault(() => parsers[name].read(bytes, folder, random, which));
      if (found !== undefined) parentPort.postMessage({ input: k, fault: found.slice(0, 2000) });
      Atomics.store(at, 0, k + 1);
      if (k % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  parentPort.postMessage({ done: true });
}

parentPort.on("message", (task) => void tryAll(task));
