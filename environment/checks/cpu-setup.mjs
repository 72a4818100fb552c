// Set up before each test file: takes down how many seconds of CPU it takes, for cpu-reporter.mjs,
// and puts back what it changed in a process that others share with it.
import { readFileSync } from "node:fs";
import { afterAll } from "vitest";
import { processAsFound } from "./put-back.mjs";

const putBack = processAsFound();
const [before, childrenBefore] = [ownSeconds(), childrenSeconds()];

// eslint-disable-next-line no-empty-pattern -- vitest reads the names of fixtures from the text
afterAll(({}, file) => {
  file.meta.cpuSeconds = ownSeconds() - before + childrenSeconds() - childrenBefore;
  putBack();
});

/** Of this process with its threads. */
function ownSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Of processes that it started and that have ended; 0 where the system has no /proc. */
function childrenSeconds() {
  try {
    const fields = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[13]) + Number(fields[14])) / 100; // cutime, cstime in ticks
  } catch {
    return 0;
  }
}
