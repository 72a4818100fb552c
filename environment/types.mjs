// Type checks: the library, the tests, and what notebook cells see of the library through tslab's
// older TypeScript.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative } from "node:path";
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
 * The four checks, each only when something that it reads has changed since it passed: an edit
 * inside a function leaves the declarations, and with them tests and cells, as they were. The
 * library has just been compiled by `build`, which throws where its types are wrong.
 * @param {{ force?: boolean }} [options]  @returns {Promise<{ checks: Check[], reused: boolean }>}
 */
export async function checkTypes({ force = false } = {}) {
  const before = force ? {} : (readJsonIfSound(record) ?? {});
  const wanted = inputHashes();
  const checks = [];
  /** @param {"lib" | "tests" | "page" | "cells"} key  @param {string} name */
  const once = async (key, name, work) => {
    if (before[key] !== wanted[key]) checks.push({ key, name, ...(await work()) });
  };
  if (force) await once("lib", "the library (lib)", () => check("lib"));
  await once("tests", "the tests (tests)", () => check("tests"));
  await once("page", "the page that explains (environment/explain-page)", () =>
    check("environment/explain-page"),
  );
  await once("cells", "notebook cells (lib/dist/*.d.ts with tslab's TypeScript)", cellTypes);
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
 * @returns {{ lib: string, tests: string, page: string, cells: string }}
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
    cells: hashFiles(root, declarations),
  };
}

/**
 * Checks the declarations with the compiler and the module resolution of notebook cells. A
 * declaration that it cannot read silently becomes `any` there, because tslab skips the check of
 * declaration files.
 * @returns {{ passed: boolean, output: string }}
 */
function cellTypes() {
  const ts = createRequire(createRequire(import.meta.url).resolve("tslab"))(
    "@tslab/typescript-for-tslab",
  );
  const { exports } = JSON.parse(readFileSync(inProject("lib", "package.json"), "utf8"));
  const modules = Object.keys(exports).filter(
    (name) => name !== "./package.json" && !name.includes("*"),
  );
  const probe = modules
    .map(
      (name, index) =>
        `import * as module${index} from "${name.replace(/^\./, "phaselens")}";\nmodule${index};\n`,
    )
    .join("");
  // exists only in memory; imports resolve as from a notebook
  const file = inProject("notebooks", "__types__.ts");
  const options = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    esModuleInterop: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    types: ["node"],
    skipLibCheck: false,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.readFile = (path) => (path === file ? probe : readFile(path));
  host.getCurrentDirectory = () => root;
  const program = ts.createProgram([file], options, host);
  const dist = join(root, "lib", "dist");
  const ours = program
    .getSourceFiles()
    .filter((source) => source.fileName === file || source.fileName.startsWith(dist));
  const problems = ours.flatMap((source) => [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ]);
  const lines = problems.map((problem) => {
    const { line } = problem.file.getLineAndCharacterOfPosition(problem.start);
    return `${relative(root, problem.file.fileName)}:${line + 1} ${ts.flattenDiagnosticMessageText(problem.messageText, " ")}`;
  });
  return { passed: lines.length === 0, output: lines.join("\n") };
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
npm run types [-- --force]    checks the types of the library, of the tests, and of the library as notebook cells see it
  --force      check although nothing changed`;

if (isMain(import.meta.url)) {
  runCommand({ usage, options: { force: { type: "boolean" } } }, async ({ force }) => {
    ensureInstalled();
    await build();
    return reportTypes(await checkTypes({ force })) > 0 ? 1 : 0;
  });
}
