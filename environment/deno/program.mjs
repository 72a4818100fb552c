// Deno, where it is installed: its program, and its kernel for notebooks.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { inProject } from "../base/project.mjs";
import { firstLine, programIn } from "../base/python.mjs";

/** What brings Deno from npm, one package for each platform, without an install script. */
export const denoCure = "npm install --prefix .cache/deno --ignore-scripts deno";

/**
 * PHASELENS_DENO, what `denoCure` or pip (into .venv) installed, or the one on the path.
 * @returns {{ program: string, version: string } | null}
 */
export function findDeno() {
  const installed = inProject(".cache", "deno", "node_modules", "@deno");
  const name = process.platform === "win32" ? "deno.exe" : "deno";
  const places = existsSync(installed)
    ? readdirSync(installed).map((platform) => join(installed, platform, name))
    : [];
  for (const program of [
    process.env.PHASELENS_DENO,
    ...places,
    programIn(".venv", "deno"),
    "deno",
  ]) {
    const version = program && firstLine(program, ["--version"]);
    if (version) return { program, version: /deno (\S+)/.exec(version)?.[1] ?? version };
  }
  return null;
}

/**
 * Command line of Deno's kernel, as `deno jupyter --install` writes it down for Jupyter.
 * @param {string} program
 */
export const denoKernel = (program) => (/** @type {string} */ connectionFile) => [
  program,
  "jupyter",
  "--kernel",
  "--conn",
  connectionFile,
];

/**
 * Waits until Deno's kernel has sent what it was given: outputs go out in order from a thread of
 * their own, the last of them after the kernel has said that the cell is over.
 * @param {{ request(type: string, content: object, onOutput: (message: { content: any }) => void):
 *   Promise<any> }} kernel
 * @returns {Promise<void>}
 */
export const outputsSent = (kernel) =>
  new Promise((resolve, reject) => {
    const mark = "all outputs are sent";
    const output = { data: { "text/plain": mark }, metadata: {}, transient: {} };
    const code = `Deno.jupyter.broadcast("display_data", ${JSON.stringify(output)}); void 0;`;
    kernel
      .request("execute_request", { code, silent: false }, ({ content }) => {
        if (content.data?.["text/plain"] === mark) resolve();
      })
      .catch(reject);
  });
