// A process that reads one file and prints how far its memory rose above what it had before, in MB,
// and the seconds of its processor.
import { PhaselensError } from "phaselens/core";
import * as interop from "phaselens/interop";
import { peakBytes } from "../../environment/base/peak-memory.cjs";

const [kind, path, options] = process.argv.slice(2);
const readers = {
  array: () => interop.readArray(path, JSON.parse(options)),
  root: () => interop.readRootTree(path, JSON.parse(options)),
  hdf5: () => interop.readHdf5(path, JSON.parse(options).names),
  pytorch: () => interop.readTensors(path, JSON.parse(options)),
};
for (const level of ["log", "warn", "error", "info"]) console[level] = () => {};

const peak = () => peakBytes() / 2 ** 20;
const before = peak();
const begun = process.cpuUsage();
let outcome;
try {
  const { values } = await readers[kind]();
  outcome = { numbers: values?.data.length };
} catch (error) {
  outcome = { refused: error.message, name: error instanceof PhaselensError && error.name };
}
const { user, system } = process.cpuUsage(begun);
process.stdout.write(
  JSON.stringify({ ...outcome, megabytes: peak() - before, seconds: (user + system) / 1e6 }),
);
