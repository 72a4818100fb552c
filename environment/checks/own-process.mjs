// Which test files need a process of their own. All others share one with those before them, which
// spares each the start of Node and the loading of the library.
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { filesBelow } from "../base/hash.mjs";
import { inProject } from "../base/project.mjs";

/**
 * What a file does to its process that the next would see, or measures of it: modules that are
 * replaced, variables that are read when a module is loaded, the folder, the memory that is taken.
 * Spies, stand-ins and all other variables are put back after each file by cpu-setup.mjs.
 */
const ofProcess =
  /\bvi\.(?:mock|doMock|hoisted|resetModules)\b|\bprocess\.(?:env\s*=[^=]|chdir|memoryUsage|on\(|once\()|\bPHASELENS_(?:BLAS|FMA)\b|PHASELENS_(?:KILLS|WHOLE) =/;
/** Other files of the tests; what is imported as .mjs runs in processes or threads of its own. */
const ownImport = /^(?:import|export)\b[^;]*?from "(\.[^"]+)\.js";$/gm;

/**
 * @param {string} folder  of tests
 * @returns {string[]}  the files *.test.ts below it that need a process of their own
 */
export function filesApart(folder = inProject("tests")) {
  const known = new Map();
  const tests = filesBelow(folder, (path) => path.endsWith(".test.ts"));
  return tests.filter((path) => touchesProcess(path, known));
}

/**
 * Whether a file, or one of the tests' own files that it imports, touches its process.
 * @param {string} path
 * @param {Map<string, boolean>} known  what is known of files
 * @returns {boolean}
 */
function touchesProcess(path, known) {
  if (known.has(path)) return known.get(path);
  known.set(path, false); // for those that import one another
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const imported = Array.from(text.matchAll(ownImport), ([, name]) =>
    resolve(dirname(path), `${name}.ts`),
  );
  const touches = ofProcess.test(text) || imported.some((one) => touchesProcess(one, known));
  known.set(path, touches);
  return touches;
}
