// What a test file may cost, and which cost more with a reason; the longest begin first.
import { existsSync } from "node:fs";
import { readJsonIfSound } from "../base/json-file.mjs";
import { writeAtomically } from "../base/atomic.mjs";
import { inProject } from "../base/project.mjs";

/** What a file of `npm test` may take, in seconds of CPU with the processes that it starts. */
export const MOST = 10;

/**
 * Files that take more, with why they may. Their order here is the order in which they begin on a
 * machine that has not run them yet.
 * @type {Readonly<Record<string, { seconds: number, why: string }>>}
 */
export const dear = {
  "tests/docs/code.test.ts": { seconds: 80, why: "every page of the documentation is a program" },
  "tests/published/package.test.ts": {
    seconds: 35,
    why: "packs, installs and bundles the package, and compiles against it four times",
  },
  "tests/environment/start.test.ts": { seconds: 20, why: "npm start itself, a dozen times" },
  "tests/environment/execute.test.ts": {
    seconds: 20,
    why: "each failure of a notebook ends a process of its own",
  },
  "tests/fuzz/slice.test.ts": { seconds: 20, why: "every parser with damaged files" },
  "tests/interop/onnxTaggers.test.ts": { seconds: 19, why: "eight public taggers, three ways" },
  "tests/browser/explainPage.test.ts": { seconds: 18, why: "a browser explains seven models" },
  "tests/environment/interrupt.test.ts": { seconds: 12, why: "a kernel that is interrupted" },
};

/** Seconds of CPU that each file took when it ran here last. */
const record = inProject(".cache", "test-seconds.json");

/** @returns {Record<string, number>}  by path below the project */
export function lastSeconds(path = record) {
  return existsSync(path) ? (readJsonIfSound(path) ?? {}) : {};
}

/**
 * @param {{ name: string, seconds: number }[]} files  that ran; what others took is kept
 * @param {string} [path]
 */
export function rememberSeconds(files, path = record) {
  const seconds = files.map(({ name, seconds }) => [name, Math.round(100 * seconds) / 100]);
  writeAtomically(path, JSON.stringify({ ...lastSeconds(path), ...Object.fromEntries(seconds) }));
}

/**
 * What a file is expected to take: what it took here, else what is written above.
 * @param {string} name
 * @param {Record<string, number>} last
 */
export function expectedSeconds(name, last) {
  return last[name] ?? dear[name]?.seconds ?? 0;
}
