// npm run lab: JupyterLab with our kernel, in an environment of the project's own (.venv).
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "./build.mjs";
import { runCommand } from "./base/command.mjs";
import { Failure } from "./base/failure.mjs";
import { sha256 } from "./base/hash.mjs";
import { ensureInstalled } from "./base/install.mjs";
import { installKernelspec } from "./kernel/kernelspec.mjs";
import { inProject, root } from "./base/project.mjs";
import { firstLine, programIn, systemPython } from "./base/python.mjs";
import { writeAtomically } from "./base/atomic.mjs";

const requirements = inProject("environment", "kernel", "requirements.txt");
const stamp = inProject(".venv", ".phaselens-requirements");

/**
 * JupyterLab asks on its first day whether it may fetch news from its makers; nothing here needs
 * the network. And it drops what completes a name if that takes above a second, which a compiler
 * does that another cell keeps busy.
 */
const settings = {
  "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  "@jupyterlab/completer-extension:manager": { providerTimeout: 10_000 },
};
const settingsFile = inProject(".venv", "share", "jupyter", "lab", "settings", "overrides.json");

const usage = `
npm run lab [-- ARGUMENTS]    opens JupyterLab on notebooks/
  ARGUMENTS are handed to jupyter lab, e.g. --no-browser --port 8899`;

const install =
  "Install Python 3.10 or newer with venv and pip (Debian, Ubuntu: apt install python3-venv; macOS: brew install python)";
const otherwise = "npm start and npm test need only Node.";

/** Makes .venv, or brings it up to requirements.txt. @returns {string} path of jupyter-lab */
function jupyterLab() {
  const wanted = sha256(readFileSync(requirements));
  const present = programIn(".venv", "jupyter-lab");
  if (present && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return present;
  const python = systemPython();
  if (!python)
    throw new Failure(`JupyterLab needs Python, and none was found. ${install}. ${otherwise}`);
  if (!programIn(".venv", "python")) {
    console.log(`Making .venv with Python ${python.version} …`);
    const made = spawnSync(python.command, ["-m", "venv", inProject(".venv")], {
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
    if (made.status !== 0)
      throw new Failure(
        `Python ${python.version} could not make a virtual environment. ${install}. ${otherwise}`,
      );
  }
  const own = programIn(".venv", "python");
  if (!own || firstLine(own, ["-m", "pip", "--version"]) === null) {
    throw new Failure(
      `.venv has no pip. ${install}, remove .venv and run the command again. ${otherwise}`,
    );
  }
  console.log("Installing JupyterLab into .venv, about a minute …");
  const installed = spawnSync(
    own,
    ["-m", "pip", "install", "--quiet", "--requirement", requirements],
    { stdio: "inherit" },
  );
  const path = programIn(".venv", "jupyter-lab");
  if (installed.status !== 0 || !path) {
    throw new Failure(
      "pip could not install JupyterLab, see its message above. It needs access to a Python package index.",
    );
  }
  // JupyterLab brings a CommonJS script, which the project's "type": "module" would otherwise reach
  // and break.
  writeFileSync(inProject(".venv", "package.json"), '{ "private": true, "type": "commonjs" }\n');
  writeFileSync(stamp, wanted);
  return path;
}

runCommand({ usage, passThrough: true }, async (_options, args) => {
  ensureInstalled();
  await build();
  const program = jupyterLab();
  writeAtomically(settingsFile, `${JSON.stringify(settings, null, 2)}\n`);
  const env = { ...process.env, ...installKernelspec() };
  const place = [
    `--ServerApp.root_dir=${root}`,
    "--LabApp.default_url=/lab/tree/notebooks",
    "--MultiKernelManager.default_kernel_name=tslab",
  ];
  const child = spawn(program, [...args, ...place], { cwd: root, stdio: "inherit", env });
  // Ctrl-C reaches JupyterLab by itself and it asks back; we wait for its answer.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  // npm ends its shell and not this process; without its parent JupyterLab would run on unseen.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 1000);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearInterval(watch);
      resolve(code ?? (signal ? 1 : 0));
    });
  });
});
