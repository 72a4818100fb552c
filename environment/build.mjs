// Builds lib/src into lib/dist: first the WebAssembly kernels, then TypeScript. Nothing is done
// when nothing changed.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { runCommand } from "./base/command.mjs";
import { Failure } from "./base/failure.mjs";
import { filesBelow, hashFiles } from "./base/hash.mjs";
import { ensureInstalled } from "./base/install.mjs";
import { readJsonIfSound } from "./base/json-file.mjs";
import { inProject, isMain, root } from "./base/project.mjs";
import { writeAtomically } from "./base/atomic.mjs";

const sources = inProject("lib", "src");
const output = inProject("lib", "dist");
const kernels = inProject("lib", "src", "kernels", "build.mjs");
const record = inProject(".cache", "build.json");
const kernelRecord = inProject(".cache", "kernels.json");
/** What the compiler knows of its last run, so that an edit costs what hangs on it. */
const compilerState = inProject(".cache", "lib.tsbuildinfo");
const generated = /\.generated\.ts$/; // written by the kernels' build

/** The project's own compiler. `npx tsc` would be the fork that tslab brings. */
export const typescript = inProject("node_modules", "typescript", "bin", "tsc");

/**
 * Runs the compiler and waits. @param {string[]} args
 * @returns {Promise<{ passed: boolean, output: string }>}
 */
export async function tsc(args) {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [typescript, ...args], {
      cwd: root,
      maxBuffer: 1 << 26,
    });
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
  if (existsSync(kernels)) await buildKernelsIfChanged(force);
  const before = sourceHash();
  // The compiler writes only what it believes to be missing; what somebody else changed in lib/dist
  // it would leave
  if (force || readJsonIfSound(record)?.output !== outputHash())
    rmSync(compilerState, { force: true });
  const { passed, output: lines } = await tsc([
    "-p",
    "lib",
    "--pretty",
    "false",
    "--incremental",
    "--tsBuildInfoFile",
    compilerState,
  ]);
  if (!passed) {
    rmSync(record, { force: true });
    rmSync(compilerState, { force: true });
    throw new Failure(`The library does not compile:\n${lines.trim()}`);
  }
  removeStale();
  writeAtomically(record, JSON.stringify({ sources: before, output: outputHash() }));
  return true;
}

/**
 * The WebAssembly, when its sources, its compiler or the file that it was written to changed.
 * @param {boolean} force
 */
async function buildKernelsIfChanged(force) {
  const folder = join(sources, "kernels");
  const { buildKernels, kernelSources } = await import(pathToFileURL(kernels).href);
  const inputs = [
    ...filesBelow(join(folder, "assembly")),
    ...kernelSources,
    inProject("package-lock.json"),
  ];
  const made = () => hashFiles(root, generatedFiles());
  const wanted = hashFiles(root, inputs);
  const built = readJsonIfSound(kernelRecord);
  if (!force && built?.inputs === wanted && generatedFiles().length > 0 && built.output === made())
    return;
  await buildKernels();
  writeAtomically(kernelRecord, JSON.stringify({ inputs: wanted, output: made() }));
}

const generatedFiles = () => filesBelow(sources, (path) => generated.test(path));

/** Whether lib/dist is what lib/src was last built into. */
function isFresh() {
  const built = readJsonIfSound(record);
  if (!built || !existsSync(join(output, "index.js"))) return false;
  if (existsSync(kernels) && generatedFiles().length === 0) return false;
  return built.sources === sourceHash() && built.output === outputHash();
}

function sourceHash() {
  const settings = ["lib/tsconfig.json", "lib/package.json", "package-lock.json"].map((name) =>
    inProject(name),
  );
  return hashFiles(root, [...filesBelow(sources, (path) => !generated.test(path)), ...settings]);
}

const outputHash = () => hashFiles(root, filesBelow(output));

/**
 * Removes from lib/dist what no source stands for any more, so that a renamed module cannot be
 * imported by its old name.
 */
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
