import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { inProject } from "./project.mjs";

const onWindows = process.platform === "win32";

/**
 * A program of a virtual environment below the project, or null.
 * @param {string} environment  such as ".venv"  @param {string} name  such as "jupyter-lab"
 */
export function programIn(environment, name) {
  const path = inProject(
    environment,
    onWindows ? "Scripts" : "bin",
    onWindows ? `${name}.exe` : name,
  );
  return existsSync(path) ? path : null;
}

/**
 * First line that a program prints, or null when it cannot be run.
 * @param {string} command
 * @param {string[]} args
 */
export function firstLine(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    timeout: 60_000,
  });
  if (status !== 0) return null;
  return (stdout.trim() || stderr.trim()).split("\n")[0];
}

/**
 * The Python to make environments with: PYTHON, else python3.
 * @returns {{ command: string, version: string } | null}
 */
export function systemPython() {
  for (const command of [process.env.PYTHON, "python3", "python"]) {
    const version = command && firstLine(command, ["--version"])?.replace("Python ", "");
    if (version?.startsWith("3.")) return { command, version };
  }
  return null;
}
