// npm run setup:openblas: brings OpenBLAS, to which large products and eigenproblems go when it is
// there. Nothing needs it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "../base/command.mjs";
import { Failure } from "../base/failure.mjs";
import { ensureInstalled } from "../base/install.mjs";
import { inProject } from "../base/project.mjs";
import { systemPython } from "../base/python.mjs";
import { fetchWheel, runProgram } from "../base/wheel.mjs";

const usage = `
npm run setup:openblas    brings OpenBLAS from PyPI (8 MB) into the cache; dense algebra then goes to it
  -- --remove    take it away again`;

const own = (name) => fileURLToPath(new URL(name, import.meta.url));

runCommand({ usage, options: { remove: { type: "boolean" } } }, async ({ remove }) => {
  ensureInstalled();
  if (!existsSync(inProject("lib", "dist", "index.js")))
    throw new Failure("The library is not built. Run npm run build first.");
  const { setupFolder } = await import("phaselens/internal/core/native/places");
  if (remove) {
    rmSync(setupFolder(), { recursive: true, force: true });
    return console.log("OpenBLAS is gone; the project's own kernels are used.");
  }
  fetch(setupFolder());
  const { loadBlas } = await import("phaselens/internal/core/native/load");
  const { libraryPlace } = await import("phaselens/internal/core/native/places");
  const blas = loadBlas(libraryPlace());
  console.log(`${blas.name} is used from now on: ${blas.path}`);
});

/** @param {string} folder  where the library goes */
function fetch(folder) {
  const python = systemPython();
  if (!python)
    throw new Failure(
      "Python with pip is missing, and fetches the wheel. Install it: apt install python3-venv.",
    );
  const temporary = mkdtempSync(join(tmpdir(), "phaselens-openblas-"));
  try {
    console.log("Fetching OpenBLAS from PyPI, 8 MB …");
    const pip = pipOf(python.command, temporary);
    const fetched = join(temporary, "wheel");
    mkdirSync(fetched);
    const wheel = fetchWheel(pip, own("requirements.txt"), fetched);
    runProgram(pip, [own("unpack.py"), wheel, folder], "The wheel could not be unpacked.");
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** A Python that has pip: the system's, or one of a virtual environment made for this. */
function pipOf(python, temporary) {
  const has = spawnSync(python, ["-m", "pip", "--version"], { stdio: "ignore" }).status === 0;
  if (has) return python;
  const environment = join(temporary, "venv");
  runProgram(python, ["-m", "venv", environment], "A virtual environment could not be made.");
  return join(environment, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
}
