// Builds lib/src into lib/dist: first the WebAssembly kernels, then TypeScript. Nothing is done when nothing changed.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { runCommand } from "./command.mjs";
import { Failure } from "./failure.mjs";
import { filesBelow, hashFiles } from "./hash.mjs";
import { ensureInstalled } from "./install.mjs";
import { readJsonIfSound } from "./json-file.mjs";
import { inProject, isMain, root } from "./project.mjs";
import { writeAtomically } from "./run/atomic.mjs";

const sources = inProject("lib", "src");
const output = inProject("lib", "dist");
const kernels = inProject("lib", "src", "kernels", "build.mjs");
const record = inProject(".cache", "build.json");
const generated = /module\.generated\.ts$/; // written by the kernels' build

/** The project's own compiler. `npx tsc` would be the fork that tslab brings. */
export const typescript = inProject("node_modules", "typescript", "bin", "tsc");

/**
 * Runs the compiler and waits. @param {string[]} args
 * @returns {Promise<{ passed: boolean, output: string }>}
 */
export async function tsc(args) {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [typescript, ...args], { cwd: root, maxBuffer: 1 << 26 });
    return { passed: true, output: stdout };
  } catch (error) {
    return { passed: false, output: error.stdout || error.message };
  }
}

/**
 * Builds the library when its sources or its output changed since the last build.
 * @param {{ force?: boolean }} [options]
 * @returns {Promise<boolean>} whether anything was built
 * @throws Failure with the compiler's own lines
 */
export async function build({ force = false } = {}) {
  if (!force && isFresh()) return false;
  console.log("Building the library …");
  mkdirSync(inProject(".cache"), { recursive: true });
  if (existsSync(kernels)) {
    const { buildKernels } = await import(pathToFileURL(kernels).href);
    await buildKernels();
  }
  const before = sourceHash();
  const { passed, output: lines } = await tsc(["-p", "lib", "--pretty", "false"]);
  if (!passed) {
    rmSync(record, { force: true });
    throw new Failure(`The library does not compile:\n${lines.trim()}`);
  }
  removeStale();
  writeAtomically(record, JSON.stringify({ sources: before, output: outputHash() }));
  return true;
}

/** Whether lib/dist is what lib/src was last built into. */
function isFresh() {
  const built = readJsonIfSound(record);
  if (!built || !existsSync(join(output, "index.js"))) return false;
  if (existsSync(kernels) && filesBelow(sources, (path) => generated.test(path)).length === 0) return false;
  return built.sources === sourceHash() && built.output === outputHash();
}

function sourceHash() {
  const settings = ["lib/tsconfig.json", "lib/package.json", "package-lock.json"].map((name) => inProject(name));
  return hashFiles(root, [...filesBelow(sources, (path) => !generated.test(path)), ...settings]);
}

const outputHash = () => hashFiles(root, filesBelow(output));

/** Removes from lib/dist what no source stands for any more, so that a renamed module cannot be imported by its old name. */
function removeStale() {
  const compiled = /(\.d\.ts|\.js)(\.map)?$/;
  for (const file of filesBelow(output, (path) => compiled.test(path))) {
    const source = join(sources, relative(output, file).replace(compiled, ".ts"));
    if (!existsSync(source)) rmSync(file);
  }
}

const usage = `
npm run build [-- --force]    compiles lib/src into lib/dist
  --force      build although nothing changed`;

if (isMain(import.meta.url)) {
  runCommand({ usage, options: { force: { type: "boolean" } } }, async ({ force }) => {
    ensureInstalled();
    if (!(await build({ force }))) console.log("The library is up to date.");
  });
}
