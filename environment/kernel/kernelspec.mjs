import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { inProject } from "../base/project.mjs";
import { writeAtomically } from "../base/atomic.mjs";

/** Folder for JUPYTER_PATH; git ignores it, since the kernelspec holds absolute paths. */
const folder = inProject("environment", "jupyter");
/** Where an editor that knows the environment finds kernels, whatever the variables. */
const ofEnvironment = inProject(".venv", "share", "jupyter");

/** Command line of the kernel. @param {string} connectionFile */
export function kernelCommand(connectionFile) {
  return [
    process.execPath,
    inProject("environment", "kernel", "kernel.cjs"),
    "kernel",
    "--config-path",
    connectionFile,
  ];
}

/**
 * Makes our kernel known to the Jupyter that is started with the returned variables, and to .venv.
 * @returns {Record<string, string>}
 */
export function installKernelspec() {
  const spec = {
    argv: kernelCommand("{connection_file}"),
    display_name: "TypeScript (phaselens)",
    language: "typescript",
    interrupt_mode: "signal",
  };
  for (const place of existsSync(inProject(".venv")) ? [folder, ofEnvironment] : [folder])
    writeAtomically(
      join(place, "kernels", "tslab", "kernel.json"),
      `${JSON.stringify(spec, null, 2)}\n`,
    );
  return { JUPYTER_PATH: [folder, process.env.JUPYTER_PATH].filter(Boolean).join(delimiter) };
}
