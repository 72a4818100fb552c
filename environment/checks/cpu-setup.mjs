// Set up before each test file: takes down how many seconds of CPU it takes, for cpu-reporter.mjs,
// and puts back what it changed in a process that others share with it.
import { readFileSync } from "node:fs";
import { afterAll, vi } from "vitest";

const variables = { ...process.env };
const [before, childrenBefore] = [ownSeconds(), childrenSeconds()];

// eslint-disable-next-line no-empty-pattern -- vitest reads the names of fixtures from the text
afterAll(({}, file) => {
  file.meta.cpuSeconds = ownSeconds() - before + childrenSeconds() - childrenBefore;
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
  Object.assign(process.env, variables);
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
