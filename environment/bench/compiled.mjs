// A peer in C++: compiled with the machine's own compiler, for this very processor.
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { promisify } from "node:util";
import { Failure } from "../base/failure.mjs";
import { inProject } from "../base/project.mjs";

const run = promisify(execFile);

/** How to get the compiler where there is none. */
export const installCompiler = "apt-get install g++";

/**
 * First line of the compiler's version, or null where there is none.
 * @returns {Promise<string | null>}
 */
export async function compilerVersion() {
  try {
    return (await run("g++", ["--version"])).stdout.split("\n")[0];
  } catch {
    return null;
  }
}

/** @param {string} source  below the project  @returns {Promise<string>} path of the program */
export async function compile(source) {
  const program = inProject(".cache", "bench", basename(source, ".cpp"), "peer");
  mkdirSync(dirname(program), { recursive: true });
  try {
    await run("g++", ["-std=c++17", "-O3", "-march=native", "-o", program, inProject(source)]);
  } catch (error) {
    throw new Failure(`${source} does not compile:\n${error.stderr ?? error.message}`);
  }
  return program;
}
