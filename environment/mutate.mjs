// npm run mutate: puts small faults into a room of the library, one at a time, and counts how many
// of them its tests find.
import { fork } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { runCommand, wholeNumber } from "./base/command.mjs";
import { Failure } from "./base/failure.mjs";
import { filesBelow } from "./base/hash.mjs";
import { ensureInstalled } from "./base/install.mjs";
import { inProject } from "./base/project.mjs";
import { build } from "./build.mjs";
import { equivalent } from "./checks/equivalent.mjs";
import { copyWithMutants } from "./checks/mutant-copy.mjs";

/** @typedef {import("./checks/mutants.mjs").Mutant} Mutant */

const usage = `
npm run mutate [-- ROOM …]    small faults in a room (default: the four below) against its tests
  --sample N    so many mutants of each room, drawn at random (default 150; 0: all)
  --seed N      of the draw (default 1)
  --file TEXT   only mutants of modules whose path contains it
  --at-least P  fails where fewer percent die (default 85)

Rooms: lrp/rules, hessian/influence, nn/losses, core/statistics, or any other folder of lib/src.`;

const options = /** @type {const} */ ({
  sample: { type: "string" },
  seed: { type: "string" },
  file: { type: "string" },
  "at-least": { type: "string" },
});
const rooms = ["lrp/rules", "hessian/influence", "nn/losses", "core/statistics"];
const folder = inProject(".cache", "mutate");
const script = inProject("environment", "checks", "mutant-tests.mjs");
const patience = 5e7; // times that one mutant is come past; a faultless test stays far below

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

runCommand({ usage, options }, async (given, args) => {
  const chosen = args.length > 0 ? args : rooms;
  for (const room of chosen)
    if (!existsSync(inProject("lib", "src", room)))
      throw new Failure(`lib/src has no folder ${room}, e.g. lrp/rules.`, { exitCode: 2 });
  const sample = wholeNumber(given.sample, "sample", 0, 150);
  const seed = wholeNumber(given.seed, "seed", 0, 1);
  const wanted = wholeNumber(given["at-least"], "at-least", 0, 85);
  ensureInstalled();
  await build();
  let low = 0;
  for (const room of chosen) {
    const score = await scoreOf(room, { sample, seed, part: given.file ?? "" });
    if (100 * score < wanted) low++;
  }
  return low > 0 ? 1 : 0;
});

/**
 * Prints what survived and the score of a room.
 * @param {string} room
 * @param {{ sample: number, seed: number, part: string }} choice
 * @returns {Promise<number>} the share of the mutants that died
 */
async function scoreOf(room, { sample, seed, part }) {
  const mutants = copyWithMutants(room, folder);
  turnOn(-1, mutants.length);
  const tests = await testsOf(room);
  const eligible = mutants.filter(({ file }) => file.includes(part));
  const drawn = shuffled(eligible, seed).slice(0, sample || Infinity);
  console.log(`${room}: ${drawn.length} of ${eligible.length} mutants, ${tests.length} test files`);
  const counts = { died: 0, survived: 0, equivalent: 0 };
  const runner = testRunner();
  for (const [place, mutant] of drawn.sort((a, b) => a.id - b.id).entries()) {
    if (place > 0 && place % 10 === 0)
      console.error(`  ${place}/${drawn.length}, ${counts.died} died`);
    const near = basename(mutant.file, ".js").toLowerCase();
    const covering = tests
      .filter((test) => test.reached.has(mutant.id))
      .sort((a, b) => distance(a, near) - distance(b, near));
    turnOn(mutant.id, mutants.length);
    const died = covering.length > 0 && (await runner.dies(covering));
    if (died) counts.died++;
    else if (reasonOf(mutant)) counts.equivalent++;
    else counts.survived++;
    if (!died) console.log(describe(mutant, covering.length));
  }
  runner.end();
  const score = counts.died / (counts.died + counts.survived);
  console.log(
    `${room}: ${(100 * score).toFixed(1)} % die: ${counts.died} died, ${counts.survived} survived; ${counts.equivalent} are equivalent.\n`,
  );
  return score;
}

/** Short test files first, and those that are named after the module before all others. */
const distance = ({ file, seconds }, near) =>
  basename(file).toLowerCase().startsWith(near) ? seconds - 1e6 : seconds;

/** @param {number} id  @param {number} count */
const turnOn = (id, count) =>
  writeFileSync(join(folder, "switch.json"), JSON.stringify({ on: id, count, patience }));

/**
 * The test files of the room's subject that name something of the room, or of what imports it, and
 * pass without a fault; and what they reach.
 * @param {string} room
 * @returns {Promise<{ file: string, seconds: number, reached: Set<number> }[]>}
 */
async function testsOf(room) {
  const [subject] = room.split("/");
  const names = new RegExp(`\\b(?:${exportedFrom(room).join("|")})\\b`);
  const files = filesBelow(
    join(folder, "tests", subject),
    (path) => path.endsWith(".test.ts") && names.test(readFileSync(path, "utf8")),
  );
  if (files.length === 0) throw new Failure(`There are no tests in tests/${subject}.`);
  const child = await started("reached");
  const results = await answer(child, files);
  child.disconnect();
  const red = results.filter(({ passed }) => !passed).map(({ file }) => basename(file));
  if (red.length > 0) console.log(`${room}: not asked, since they fail anyway: ${red.join(", ")}`);
  return results
    .filter(({ passed }) => passed)
    .map(({ file, seconds }) => {
      const record = join(folder, "reached", `${basename(file)}.json`);
      const ids = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : [];
      return { file, seconds, reached: new Set(ids) };
    });
}

/**
 * Names of the functions, classes and constants of a room and of the modules that import it.
 * @param {string} room  @returns {string[]}
 */
function exportedFrom(room) {
  const inside = inProject("lib", "dist", room);
  return filesBelow(inProject("lib", "dist"), (path) => /(?<!index|generated)\.js$/.test(path))
    .map((path) => [path, readFileSync(path, "utf8")])
    .filter(([path, text]) => path.startsWith(inside) || text.includes(`/${basename(inside)}/`))
    .flatMap(([, text]) =>
      Array.from(
        text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm),
        ([, name]) => name,
      ),
    );
}

/** Runs tests in a child that is replaced when it does not answer. */
function testRunner() {
  let child;
  return {
    /** @param {{ file: string, seconds: number }[]} tests  @returns {Promise<boolean>} */
    async dies(tests) {
      child ??= await started("bail");
      const expected = tests.reduce((sum, { seconds }) => sum + seconds, 0);
      const results = await answer(
        child,
        tests.map(({ file }) => file),
        1000 * (60 + 5 * expected),
      );
      if (results) return results.some(({ passed }) => !passed);
      endWithWorkers(child);
      child = undefined;
      return true;
    },
    end: () => child?.disconnect(),
  };
}

/** @param {import("node:child_process").ChildProcess} child */
function endWithWorkers(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}

/**
 * @param {"reached" | "bail"} kind
 * @returns {Promise<import("node:child_process").ChildProcess>}
 */
async function started(kind) {
  const child = fork(script, [folder, kind], { detached: true, stdio: "ignore" });
  process.once("exit", () => endWithWorkers(child));
  await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) =>
      reject(new Failure(`vitest ended with code ${code}; run node ${script} ${folder} ${kind}`)),
    );
  });
  child.removeAllListeners("exit");
  return child;
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {string[]} files
 * @param {number} [milliseconds]
 * @returns {Promise<{ file: string, passed: boolean, seconds: number }[] | undefined>} undefined
 *   when there was none in time, or the child died
 */
function answer(child, files, milliseconds = 30 * 60_000) {
  return new Promise((resolve) => {
    const done = (value) => {
      clearTimeout(timer);
      child.off("message", done);
      child.off("exit", gone);
      resolve(value);
    };
    const gone = () => done(undefined);
    const timer = setTimeout(gone, milliseconds);
    child.once("message", done);
    child.once("exit", gone);
    child.send(files);
  });
}

/** @param {Mutant} mutant  @returns {string | undefined} */
const reasonOf = (mutant) =>
  equivalent.find((one) =>
    ["file", "code", "before", "after"].every((key) => one[key] === mutant[key]),
  )?.reason;

/** @param {Mutant} mutant  @param {number} covering */
function describe(mutant, covering) {
  const { file, line, column, before, after } = mutant;
  const reason = reasonOf(mutant);
  const why = reason ? `equivalent: ${reason}` : covering > 0 ? "survived" : "no test comes here";
  const short = (text) => text.replace(/\s+/g, " ").slice(0, 90);
  return `  ${file}:${line}:${column + 1}  ${short(before)}  →  ${short(after)}  (${why})`;
}

/** A random order that a seed decides. @template T @param {T[]} items @param {number} seed */
function shuffled(items, seed) {
  let state = (seed * 2654435761 + 1) >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return items
    .map((item) => ({ item, key: uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
