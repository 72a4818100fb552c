import { relative } from "node:path";
import { root } from "../base/project.mjs";

/** What a file of `npm test` should stay below, in seconds of CPU. */
const MOST = 15;
const SHOWN = 8;

/** Prints at the end which test files took most of the CPU, from what cpu-setup.mjs took down. */
export default class CpuReporter {
  /** @param {ReadonlyArray<import("vitest/node").TestModule>} modules */
  onTestRunEnd(modules) {
    const files = modules.map((module) => ({
      name: relative(root, module.moduleId).replaceAll("\\", "/"),
      seconds: module.meta().cpuSeconds ?? 0,
    }));
    const lines = slowest(files);
    if (lines.length > 0) console.log(`\n${lines.join("\n")}`);
  }
}

/**
 * @param {{ name: string, seconds: number }[]} files
 * @returns {string[]}  lines to print; none for a few files that take no time
 */
export function slowest(files) {
  const sorted = [...files].sort((a, b) => b.seconds - a.seconds);
  const total = files.reduce((sum, { seconds }) => sum + seconds, 0);
  if (total < MOST) return [];
  const shown = Math.max(SHOWN, sorted.filter(({ seconds }) => seconds > MOST).length);
  return [
    `CPU of ${files.length} test files: ${total.toFixed(0)} s, processes that they start included. Most took`,
    ...sorted
      .slice(0, shown)
      .map(
        ({ name, seconds }) =>
          `  ${seconds.toFixed(1).padStart(6)} s  ${name}${seconds > MOST ? `  (more than ${MOST} s: make it shorter, or move a part to tests/slow)` : ""}`,
      ),
  ];
}
