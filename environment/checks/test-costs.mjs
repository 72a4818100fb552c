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
  "tests/docs/code.test.ts": { seconds: 38, why: "every page of the documentation is a program" },
  "tests/environment/interrupt.test.ts": { seconds: 19, why: "a kernel that is interrupted" },
  "tests/environment/start.test.ts": { seconds: 18, why: "npm start itself, a dozen times" },
  "tests/interop/onnxTaggers.test.ts": { seconds: 16, why: "eight public taggers, three ways" },
  "tests/cli/explain.test.ts": { seconds: 14, why: "explain by every kind of model and data" },
  "tests/environment/compile.test.ts": { seconds: 13, why: "tslab's compiler beside ours" },
  "tests/fuzz/slice.test.ts": { seconds: 12, why: "every parser with damaged files" },
  "tests/environment/kernel.test.ts": { seconds: 11, why: "cells through Jupyter's protocol" },
};

/** The longest of `npm run test:slow`, seconds: nothing limits them but the ten minutes of all. */
const slow = {
  "tests/slow/audit.test.ts": 200,
  "tests/slow/randomNetworks.test.ts": 130,
  "tests/slow/statistics.test.ts": 110,
  "tests/slow/jupyterlab.test.ts": 90,
  "tests/slow/lattice.test.ts": 89,
  "tests/slow/compile.test.ts": 75,
  "tests/slow/whole.test.ts": 74,
  "tests/slow/dawid2021.test.ts": 68,
  "tests/slow/nbconvert.test.ts": 60,
  "tests/slow/lightFermions.test.ts": 54,
  "tests/slow/pages.test.ts": 50,
  "tests/slow/deno.test.ts": 47,
  "tests/slow/bluecher2020Networks.test.ts": 46,
  "tests/slow/kill.test.ts": 45,
  "tests/slow/package.test.ts": 40,
  "tests/slow/slurm.test.ts": 40,
  "tests/slow/jets.test.ts": 27,
  "tests/slow/script.test.ts": 25,
  "tests/slow/api.test.ts": 12,
  "tests/slow/verdicts.test.ts": 11,
  "tests/slow/fuzz.test.ts": 10,
};

/** Seconds of CPU that each file took when it ran here last. */
const record = inProject(".cache", "test-seconds.json");

/** @returns {Record<string, number>}  by path below the project */
export function lastSeconds(path = record) {
  return existsSync(path) ? (readJsonIfSound(path) ?? {}) : {};
}

/**
 * @param {{ name: string, seconds: number }[]} files  that ran; what others took is kept. One that
 *   took less than half of what it did was asked for some of its tests
 * @param {string} [path]
 */
export function rememberSeconds(files, path = record) {
  const last = lastSeconds(path);
  for (const { name, seconds } of files)
    last[name] = Math.round(100 * Math.max(seconds, (last[name] ?? 0) / 2)) / 100;
  writeAtomically(path, JSON.stringify(last));
}

/**
 * What a file is expected to take: what it took here, else what is written above.
 * @param {string} name
 * @param {Record<string, number>} last
 */
export function expectedSeconds(name, last) {
  return last[name] ?? dear[name]?.seconds ?? slow[name] ?? 0;
}
