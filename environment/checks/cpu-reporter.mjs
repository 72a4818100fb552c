import { dear, MOST, rememberSeconds } from "./test-costs.mjs";
import { nameOf } from "./test-names.mjs";

const SHOWN = 8;
/** A machine that does other things besides takes so much longer for the same. */
const SLACK = 1.5;

/** Prints at the end which test files took most of the CPU, from what cpu-setup.mjs took down. */
export default class CpuReporter {
  /** Kept at once, since a run may be ended. @param {import("vitest/node").TestModule} module */
  onTestModuleEnd(module) {
    rememberSeconds([costOf(module)]);
  }

  /** @param {ReadonlyArray<import("vitest/node").TestModule>} modules */
  onTestRunEnd(modules) {
    const lines = slowest(modules.map(costOf));
    if (lines.length > 0) console.log(`\n${lines.join("\n")}`);
  }
}

const costOf = (module) => ({
  name: nameOf(module.moduleId),
  seconds: module.meta().cpuSeconds ?? 0,
});

/**
 * @param {{ name: string, seconds: number }[]} files
 * @returns {string[]}  lines to print; none for a few files that take no time
 */
export function slowest(files) {
  const sorted = [...files].sort((a, b) => b.seconds - a.seconds);
  const total = files.reduce((sum, { seconds }) => sum + seconds, 0);
  if (total < MOST) return [];
  const tooDear = sorted.filter((file) => file.seconds > limitOf(file.name));
  const line = ({ name, seconds }) => `  ${seconds.toFixed(1).padStart(6)} s  ${name}`;
  return [
    `CPU of ${files.length} test files: ${total.toFixed(0)} s, processes that they start included. Most took`,
    ...sorted.slice(0, SHOWN).map(line),
    ...(tooDear.length > 0
      ? [
          `Above ${MOST} s, or half above what environment/checks/test-costs.mjs says: make it shorter, or move a part to tests/slow`,
          ...tooDear.map(line),
        ]
      : []),
  ];
}

/**
 * What is written down was measured on a quiet machine; slow tests may be slow.
 * @param {string} name
 */
function limitOf(name) {
  if (name.startsWith("tests/slow/")) return Infinity;
  return name in dear ? SLACK * dear[name].seconds : MOST;
}
