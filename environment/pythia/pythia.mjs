// npm run pythia: makes data/neubauer2022-pythia with Pythia 8 and fastjet, in a Python environment
// of their own (.venv-pythia).
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { runCommand, wholeNumber } from "../base/command.mjs";
import { Failure } from "../base/failure.mjs";
import { sha256 } from "../base/hash.mjs";
import { inProject } from "../base/project.mjs";
import { firstLine, programIn, systemPython } from "../base/python.mjs";

const environment = ".venv-pythia";
const requirements = inProject("environment", "pythia", "requirements.txt");
const stamp = inProject(environment, ".phaselens-requirements");

const usage = `
npm run pythia [-- OPTIONS]    makes jets with Pythia 8 and fastjet: NAME.json and NAME.gz, a quarter of an hour on two cores
  --seed N        of the collisions, 1 by default
  --jets N        of the training set, 12000 by default, an even number; the test set has half as many
  --out NAME      without an ending, data/neubauer2022-pythia by default
  --processes N   how many at once, one a core by default; the jets do not depend on it
  The first time it installs Pythia and fastjet into ${environment}, which needs Python 3.10 or newer and a Python package index.`;

const install =
  "Install Python 3.10 or newer with venv and pip (Debian, Ubuntu: apt install python3-venv; macOS: brew install python)";
const otherwise = "The sample in data/ was made with this command and can be used without it.";

/** Makes .venv-pythia, or brings it up to requirements.txt. @returns {string} path of its python */
function python() {
  const wanted = sha256(readFileSync(requirements));
  const present = programIn(environment, "python");
  if (present && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return present;
  const system = systemPython();
  if (!system)
    throw new Failure(`Pythia is run from Python, and none was found. ${install}. ${otherwise}`);
  if (!present) {
    console.log(`Making ${environment} with Python ${system.version} …`);
    const made = spawnSync(system.command, ["-m", "venv", inProject(environment)], {
      stdio: "ignore",
    });
    if (made.status !== 0)
      throw new Failure(
        `Python ${system.version} could not make a virtual environment. ${install}. ${otherwise}`,
      );
  }
  const own = programIn(environment, "python");
  if (!own || firstLine(own, ["-m", "pip", "--version"]) === null) {
    throw new Failure(
      `${environment} has no pip. ${install}, remove ${environment} and run the command again. ${otherwise}`,
    );
  }
  console.log(`Installing Pythia and fastjet into ${environment}, a minute …`);
  // wheels only: to compile Pythia would take half an hour and a compiler
  const args = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--only-binary",
    ":all:",
    "--requirement",
    requirements,
  ];
  if (spawnSync(own, args, { stdio: "inherit" }).status !== 0) {
    const cure =
      "It needs access to a Python package index, and packages made for this system and Python.";
    throw new Failure(
      `pip could not install Pythia and fastjet, see its message above. ${cure} ${otherwise}`,
    );
  }
  writeFileSync(stamp, wanted);
  return own;
}

const options = {
  seed: { type: "string" },
  jets: { type: "string" },
  out: { type: "string" },
  processes: { type: "string" },
};

runCommand(
  { usage, options },
  async ({ seed, jets, out = "data/neubauer2022-pythia", processes }) => {
    const count = wholeNumber(jets, "jets", 2, 12000);
    if (count % 2 !== 0)
      throw new Failure(`--jets must be even, QCD and signal come in pairs; got ${count}.`, {
        exitCode: 2,
      });
    const args = [
      inProject("environment", "pythia", "generate.py"),
      "--seed",
      String(wholeNumber(seed, "seed", 0, 1)),
      "--jets",
      String(count),
      "--out",
      resolve(inProject(), out),
      "--processes",
      String(wholeNumber(processes, "processes", 1, availableParallelism())),
    ];
    // one thread a process; no .pyc files beside the scripts
    const env = {
      ...process.env,
      OPENBLAS_NUM_THREADS: "1",
      OMP_NUM_THREADS: "1",
      PYTHONDONTWRITEBYTECODE: "1",
    };
    const child = spawn(python(), args, { stdio: "inherit", env });
    // Ctrl-C reaches Python by itself
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    return new Promise((done, fail) => {
      child.once("error", fail);
      child.once("exit", (code, signal) => done(code ?? (signal ? 1 : 0)));
    });
  },
);
