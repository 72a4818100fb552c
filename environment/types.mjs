// Type checks: the library, the tests, and the page that explains. Cells of notebooks are compiled
// with the same TypeScript, and checked when they run.
import { basename } from "node:path";
import { build, tsc } from "./build.mjs";
import { runCommand } from "./base/command.mjs";
import { filesBelow, hashFiles } from "./base/hash.mjs";
import { ensureInstalled } from "./base/install.mjs";
import { readJsonIfSound } from "./base/json-file.mjs";
import { inProject, isMain, root } from "./base/project.mjs";
import { writeAtomically } from "./base/atomic.mjs";

const record = inProject(".cache", "types.json");

/** @typedef {{ key: string, name: string, passed: boolean, output: string }} Check */

/**
 * The three checks, each only when something that it reads has changed since it passed: an edit
 * inside a function leaves the declarations, and with them the tests, as they were. The
 * library has just been compiled by `build`, which throws where its types are wrong.
 * @param {{ force?: boolean }} [options]  @returns {Promise<{ checks: Check[], reused: boolean }>}
 */
export async function checkTypes({ force = false } = {}) {
  const before = force ? {} : (readJsonIfSound(record) ?? {});
  const wanted = inputHashes();
  const checks = [];
  /** @param {"lib" | "tests" | "page"} key  @param {string} name */
  const once = async (key, name, work) => {
    if (before[key] !== wanted[key]) checks.push({ key, name, ...(await work()) });
  };
  if (force) await once("lib", "the library (lib)", () => check("lib"));
  await once("tests", "the tests (tests)", () => check("tests"));
  await once("page", "the page that explains (environment/explain-page)", () =>
    check("environment/explain-page"),
  );
  const wrong = checks.filter(({ passed }) => !passed).map(({ key }) => [key, undefined]);
  writeAtomically(record, JSON.stringify({ ...wanted, ...Object.fromEntries(wrong) }));
  return { checks, reused: checks.length === 0 };
}

/**
 * Without output; what the last run found is kept, so that an edit costs what hangs on it.
 * @param {"lib" | "tests" | "environment/explain-page"} folder
 */
function check(folder) {
  const state = inProject(".cache", `types-${basename(folder)}.tsbuildinfo`);
  return tsc([
    "-p",
    folder,
    "--noEmit",
    "--pretty",
    "false",
    "--incremental",
    "--tsBuildInfoFile",
    state,
  ]);
}

/**
 * Of all that each check reads.
 * @returns {{ lib: string, tests: string, page: string }}
 */
function inputHashes() {
  const below = (folder, pattern) => filesBelow(inProject(folder), (path) => pattern.test(path));
  const common = ["lib/package.json", "package-lock.json"].map((name) => inProject(name));
  const declarations = [...below("lib/dist", /\.d\.ts$/), ...common];
  const typed = /\.(ts|mjs|cjs|json)$/;
  return {
    lib: hashFiles(root, [...below("lib/src", typed), inProject("lib/tsconfig.json"), ...common]),
    tests: hashFiles(root, [
      ...declarations,
      ...["tests", "environment"]
        .flatMap((name) => below(name, typed))
        .filter((path) => !path.startsWith(inProject("environment", "jupyter"))), // made by `npm run lab`
    ]),
    page: hashFiles(root, [...declarations, ...below("environment/explain-page", /\.(ts|json)$/)]),
  };
}

/**
 * Prints the result of each check.
 * @param {{ checks: Check[], reused: boolean }} result
 * @returns {number} how many failed
 */
export function reportTypes({ checks, reused }) {
  if (reused) console.log("Types: unchanged since they were checked.");
  for (const check of checks) {
    console.log(`Types of ${check.name}: ${check.passed ? "sound" : "WRONG"}`);
    if (!check.passed) console.log(check.output.trim());
  }
  return checks.filter((check) => !check.passed).length;
}

const usage = `
npm run types [-- --force]    checks the types of the library, of the tests
  --force      check although nothing changed`;

if (isMain(import.meta.url)) {
  runCommand({ usage, options: { force: { type: "boolean" } } }, async ({ force }) => {
    ensureInstalled();
    await build();
    return reportTypes(await checkTypes({ force })) > 0 ? 1 : 0;
  });
}
