// npm test: installs what is missing, builds, checks types, runs the notebooks (shared with npm
// start) and the tests.
import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { build } from "./build.mjs";
import { runCommand } from "./base/command.mjs";
import { ensureInstalled } from "./base/install.mjs";
import { inProject, root } from "./base/project.mjs";
import { readNotebooks } from "./run/notebooks.mjs";
import { presetFrom } from "./run/preset.mjs";
import { progressLines } from "./run/progress-lines.mjs";
import { executeTogether } from "./run/together.mjs";
import { wholeNames, withoutExcluded } from "./checks/test-names.mjs";
import { readCounts } from "./checks/test-counts.mjs";
import { checkTypes, reportTypes } from "./types.mjs";

const usage = `
npm test [-- ARGUMENTS]         types, unit tests, and every notebook cell as a test
npm run test:slow               several seeds and long chains
  --slow         the slow tests (tests/slow) instead of the others
  --exclude GLOB files that are left out, e.g. "tests/docs/**"; may be given several times
  ARGUMENTS      are handed to vitest, e.g. a folder (tests/core) or -t "part of a title";
                 tests/notebooks.test.ts -t NAME runs that one notebook

The last line counts: "N passed, N failed". A type check that fails counts as one failure, and so does a build that fails.`;

runCommand(
  { usage, options: { slow: { type: "boolean" } }, passThrough: true },
  async ({ slow }, given) => {
    const { args, exclude } = withoutExcluded(given);
    const started = Date.now();
    try {
      ensureInstalled();
      await build();
    } catch (error) {
      console.error(error.message);
      // nothing could be tested, and that must not look like success
      return report({ passed: 0, failed: 1, skipped: 0 });
    }
    // beside what follows: the compilers have one core busy, and say what they found when they did
    const wrongTypes = checkTypes().then(reportTypes);
    wrongTypes.catch(() => {}); // thrown where it is waited for
    // Alone, before the tests: the notebooks need the cores, and tests that wait for them would run
    // into their time limits.
    if (!slow && args.length + exclude.length === 0) await executeNotebooks();
    const file = inProject(".cache", slow ? "test-report-slow.json" : "test-report.json");
    const exitCode = await vitest(wholeNames(args), file, {
      PHASELENS_SLOW: slow ? "1" : "",
      PHASELENS_LEFT_OUT: exclude.join(),
      PHASELENS_TEST_STARTED: String(started),
    });
    const counts = readCounts(file);
    return report({ ...counts, failed: counts.failed + (await wrongTypes) }) || exitCode;
  },
);

/**
 * Prints the last line.
 * @param {import("./checks/test-counts.mjs").Counts} counts
 * @returns {number} exit code
 */
function report({ passed, failed, skipped }) {
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed > 0 ? 1 : 0;
}

/** Failures are not judged here: the cell tests read them from the shared execution. */
async function executeNotebooks() {
  const notebooks = readNotebooks(inProject("notebooks"));
  if (notebooks.length === 0) return;
  const preset = presetFrom();
  console.log(`Running ${notebooks.length} notebooks, preset ${preset}:`);
  const lines = progressLines(
    notebooks.map((file) => file.name),
    { preset },
  );
  try {
    await Promise.all(
      executeTogether(notebooks, { preset, onNotebook: lines.event, onDone: lines.done }),
    );
  } finally {
    lines.close();
  }
}

/**
 * @param {string[]} args
 * @param {string} report file for the results
 * @param {Record<string, string>} variables
 * @returns {Promise<number>} exit code
 */
function vitest(args, report, variables) {
  mkdirSync(inProject(".cache"), { recursive: true });
  rmSync(report, { force: true });
  const script = inProject("node_modules", "vitest", "vitest.mjs");
  const slowest = inProject("environment", "checks", "cpu-reporter.mjs");
  const reporters = ["default", slowest, "json"].map((name) => `--reporter=${name}`);
  const child = spawn(
    process.execPath,
    [script, "run", ...reporters, `--outputFile.json=${report}`, ...args],
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ...variables },
    },
  );
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
