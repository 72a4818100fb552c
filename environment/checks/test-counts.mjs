import { existsSync, readFileSync } from "node:fs";
import { Failure } from "../base/failure.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Counts the tests in a report of vitest's json reporter.
 * @param {string} path
 * @returns {Counts}
 */
export function readCounts(path) {
  if (!existsSync(path)) throw new Failure("vitest ended without a result, see its message above.");
  return countTests(JSON.parse(readFileSync(path, "utf8")));
}

/**
 * A test file that could not even be loaded holds no tests; it counts as one failure.
 * @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} report
 * @returns {Counts}
 */
export function countTests({ testResults }) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of testResults) {
    const states = file.assertionResults.map((test) => test.status);
    const failed = states.filter((state) => state === "failed").length;
    counts.passed += states.filter((state) => state === "passed").length;
    counts.skipped += states.filter((state) => state !== "passed" && state !== "failed").length;
    counts.failed += failed === 0 && file.status === "failed" ? 1 : failed;
  }
  return counts;
}
