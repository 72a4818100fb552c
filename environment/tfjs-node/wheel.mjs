// The second way to tfjs-node's binding: it is compiled against the shared libraries of PyPI's
// TensorFlow.
import { existsSync, mkdtempSync, rmSync, statfsSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "../base/failure.mjs";
import { inProject } from "../base/project.mjs";
import { firstLine, systemPython } from "../base/python.mjs";
import { fetchWheel, runProgram } from "../base/wheel.mjs";

/** Bytes of the wheel, of what is unpacked from it, and of what the compiler leaves. */
const needed = 2.5 * 2 ** 30;

/**
 * Refuses before anything is fetched what could not end well.
 * @returns {string} the Python to fetch it with
 */
export function checkWheelWay() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Failure(
      `The wheel is for Linux on x86-64, this is ${process.platform} on ${process.arch}. Use a machine that reaches tfjs-node's own download.`,
    );
  }
  const { bavail, bsize } = statfsSync(inProject("node_modules"));
  if (bavail * bsize < needed) {
    throw new Failure(
      `tfjs-node needs ${gigabytes(needed)} on the disk of node_modules, ${gigabytes(bavail * bsize)} are free. Make room.`,
    );
  }
  for (const [program, cure] of [
    ["g++", "apt install g++"],
    ["make", "apt install make"],
  ]) {
    if (!firstLine(program, ["--version"]))
      throw new Failure(
        `${program} is missing, and the binding has to be compiled. Install it: ${cure}.`,
      );
  }
  const python = systemPython();
  if (!python || !firstLine(python.command, ["-m", "pip", "--version"])) {
    throw new Failure(
      "Python with pip is missing, and fetches the wheel. Install it: apt install python3-pip.",
    );
  }
  return python.command;
}

/**
 * Puts libraries, headers and the links that the binding looks for into the package's folder
 * `deps`.
 * @param {string} python  @param {string} packageFolder
 */
export function unpackWheel(python, packageFolder) {
  const deps = join(packageFolder, "deps");
  const folder = mkdtempSync(inProject("node_modules", ".tfjs-node-"));
  try {
    console.log("Fetching tensorflow-cpu from PyPI, 260 MB …");
    const wheel = fetchWheel(python, own("requirements.txt"), folder, [
      "--python-version",
      "3.11",
      "--implementation",
      "cp",
      "--abi",
      "cp311",
      "--platform",
      "manylinux_2_27_x86_64",
    ]);
    console.log("Unpacking its libraries and headers, 1 GB …");
    rmSync(deps, { recursive: true, force: true });
    runProgram(python, [own("unpack.py"), wheel, deps], "The wheel could not be unpacked.");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { depsLibTensorFlowName } = createRequire(import.meta.url)(
    join(packageFolder, "scripts", "deps-constants.js"),
  );
  const links = [
    ["libtensorflow.so", "libtensorflow_cc.so.2"],
    [depsLibTensorFlowName, "libtensorflow_cc.so.2"],
    ["libtensorflow_framework.so", "libtensorflow_framework.so.2"],
  ];
  for (const [name, target] of links) {
    const path = join(deps, "lib", name);
    if (!existsSync(path)) symlinkSync(target, path);
  }
}

const own = (name) => fileURLToPath(new URL(name, import.meta.url));
const gigabytes = (bytes) => `${(bytes / 2 ** 30).toFixed(1)} GB`;
