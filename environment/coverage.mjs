// npm run coverage: which statements of the library the tests run, by room.
import { readFileSync, rmSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, join, relative } from "node:path";
import { startVitest } from "vitest/node";
import { runCommand } from "./base/command.mjs";
import { Failure } from "./base/failure.mjs";
import { filesBelow } from "./base/hash.mjs";
import { ensureInstalled } from "./base/install.mjs";
import { inProject, root } from "./base/project.mjs";
import { build } from "./build.mjs";
import { countAt, statementsOf } from "./checks/statements.mjs";

const usage = `
npm run coverage [-- TESTS …]    the statements of lib/src that the tests run, by room
  --room TEXT    only rooms whose path contains it, with the lines that nothing came to
  TESTS          folders or files of tests (default: all that run in this process)

The compiled kernels are left out: their tests compare each of them with its twin in TypeScript. So
is what runs in processes of its own: notebooks, the command line and the documentation's pages.`;

const folder = inProject(".cache", "coverage");
/** Their tests start other processes, in which nothing is counted. */
const elsewhere = [
  "slurm/**",
  "browser/**",
  "notebooks.test.ts",
  "cli/**",
  "docs/**",
  "environment/**",
  "published/**",
];

runCommand({ usage, options: { room: { type: "string" } } }, async ({ room }, tests) => {
  ensureInstalled();
  await build();
  rmSync(folder, { recursive: true, force: true });
  process.env.PHASELENS_COVERAGE = folder;
  process.env.PHASELENS_LEFT_OUT = elsewhere.map((name) => `tests/${name}`).join();
  const vitest = await startVitest("test", tests, {
    watch: false,
    reporters: ["dot"],
  });
  await vitest?.close();
  const runs = readRuns();
  if (runs.size === 0) throw new Failure("No test ran anything of lib/dist.");
  report(runs, room);
  return process.exitCode ?? 0;
});

/** @returns {Map<string, [number, number, number][][]>} for each module the ranges of each run */
function readRuns() {
  const runs = new Map();
  for (const path of filesBelow(folder))
    for (const { file, ranges } of JSON.parse(readFileSync(path, "utf8")))
      runs.set(file, [...(runs.get(file) ?? []), ranges]);
  return runs;
}

/** @param {Map<string, [number, number, number][][]>} runs  @param {string} [wanted] */
function report(runs, wanted) {
  const dist = inProject("lib", "dist");
  const rooms = new Map();
  for (const path of filesBelow(dist, (name) => /(?<!generated)\.js$/.test(name))) {
    const room = relative(dist, dirname(path)).replaceAll("\\", "/");
    if (wanted !== undefined && !room.includes(wanted)) continue;
    const statements = statementsOf(readFileSync(path, "utf8"));
    const ranges = runs.get(relative(dist, path).replaceAll("\\", "/")) ?? [];
    const missed = statements.filter(({ offset }) =>
      ranges.every((one) => countAt(one, offset) === 0),
    );
    const sums = rooms.get(room) ?? { all: 0, missed: 0, lines: [] };
    sums.all += statements.length;
    sums.missed += missed.length;
    if (missed.length > 0) sums.lines.push(`  ${sourceLines(path, missed)}`);
    rooms.set(room, sums);
  }
  let [all, ran] = [0, 0];
  for (const [room, sums] of rooms) {
    [all, ran] = [all + sums.all, ran + sums.all - sums.missed];
    if (sums.all === 0) continue;
    console.log(`${percent(sums.all - sums.missed, sums.all)}  ${room || "."}`);
    if (wanted !== undefined) sums.lines.forEach((line) => console.log(line));
  }
  console.log(`${percent(ran, all)}  of ${all} statements`);
}

const percent = (part, all) => `${((100 * part) / all).toFixed(1)} %`.padStart(8);

/**
 * Where in lib/src.
 * @param {string} path
 * @param {import("./checks/statements.mjs").Statement[]} missed
 */
function sourceLines(path, missed) {
  const map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, "utf8")));
  const lines = missed.map(
    ({ line, column }) => (map.findEntry(line - 1, column).originalLine ?? 0) + 1,
  );
  const source = relative(root, path).replace(join("lib", "dist"), join("lib", "src"));
  return `${source.replace(/\.js$/, ".ts")}: ${[...new Set(lines)].join(", ")}`;
}
