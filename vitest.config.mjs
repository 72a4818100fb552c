import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { inProject } from "./environment/base/project.mjs";
import { filesApart } from "./environment/checks/own-process.mjs";
import LongestFirst from "./environment/checks/sequencer.mjs";
import { nameOf } from "./environment/checks/test-names.mjs";

const slow = Boolean(process.env.PHASELENS_SLOW);
const coverage = Boolean(process.env.PHASELENS_COVERAGE);
const isSlow = (file) => file.startsWith("tests/slow/");
const apart = filesApart()
  .map(nameOf)
  .filter((file) => isSlow(file) === slow);
// npm test -- --exclude GLOB: vitest's own option does not reach the parts of a run
const leftOut = (process.env.PHASELENS_LEFT_OUT ?? "").split(",").filter(Boolean);
const all = slow ? "tests/slow/**/*.test.ts" : "tests/**/*.test.ts";

/** Files that need a process of their own. */
const alone = { include: apart, exclude: leftOut, isolate: true };
/** All others share as many processes as there are cores; counts of statements are kept by file. */
const together = {
  include: [all],
  exclude: [...apart, ...leftOut, ...(slow ? [] : ["tests/slow/**"])],
  isolate: coverage,
};

// The tests import the built package by name, so that what is tested is what ships.
export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "alone", ...alone } },
      { extends: true, test: { name: "together", ...together } },
    ],
    setupFiles: [
      inProject("environment", "checks", coverage ? "coverage-setup.mjs" : "cpu-setup.mjs"),
    ],
    sequence: { sequencer: LongestFirst },
    // one more than there are cores: some files wait for a browser, a cluster or a timer
    maxWorkers: availableParallelism() + 1,
    // numbers are those of the project's own kernels, rounded alike on all versions of Node;
    // tests/native and tests/kernels/fused ask for others by themselves
    env: { PHASELENS_BLAS: "off", PHASELENS_FMA: "off" },
    testTimeout: 60_000,
    hookTimeout: 300_000,
    server: { deps: { external: [/\/lib\/dist\//] } },
  },
});
