// npm run doctor: what is here, what is missing, and the command that brings it.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { complaintAboutNode, runCommand } from "./base/command.mjs";
import { inProject } from "./base/project.mjs";
import { firstLine, programIn, systemPython } from "./base/python.mjs";
import { denoCure, findDeno } from "./deno/program.mjs";
import { installedVersion } from "./verdicts/versions.mjs";

/**
 * @typedef {object} Finding
 * @property {string} name
 * @property {boolean} required
 * @property {string | null} found  version or remark; null: missing
 * @property {string} cure  what installs it
 * @property {string} [use]  what it is for
 */

/** Packages that are required, and those without which one feature is missing. */
const requiredPackages = [
  "tslab",
  "typescript",
  "vega",
  "vega-lite",
  "@resvg/resvg-js",
  "phaselens",
];
const optionalPackages = {
  "danfojs-node": "tables in notebooks",
  "@tensorflow/tfjs": "TensorFlow.js models",
  nodeplotlib: "npm run explore",
};

// A module that uses one SIMD instruction: () -> i32, i32x4.extract_lane 0 (i32x4.splat 1).
const simdModule = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 10, 11, 1, 9, 0, 65, 1, 253, 17,
  253, 27, 0, 11,
]);

/** @returns {Promise<Finding[]>} */
export async function findings() {
  const python = systemPython();
  const lab = programIn(".venv", "jupyter-lab");
  const benchPython = process.env.PHASELENS_BENCH_PYTHON ?? programIn(".venv-bench", "python");
  const torch =
    benchPython && firstLine(benchPython, ["-c", "import torch; print(torch.__version__)"]);
  const required = (name, found, cure) => ({ name, found, cure, required: true });
  const optional = (name, found, cure, use) => ({ name, found, cure, use, required: false });
  return [
    required(
      "Node",
      complaintAboutNode(process.versions.node) ? null : process.versions.node,
      "install Node 20.19 or newer from https://nodejs.org",
    ),
    required("npm", npmVersion(), "install npm, it usually comes with Node"),
    required(
      "WebAssembly SIMD",
      WebAssembly.validate(simdModule) ? "yes" : null,
      "install a Node for x86-64 with SSE4.1 or for arm64",
    ),
    ...requiredPackages.map((name) => required(name, installedVersion(name), "npm ci")),
    required(
      "lib/dist",
      existsSync(inProject("lib", "dist", "index.js")) ? "built" : null,
      "npm run build",
    ),
    ...Object.entries(optionalPackages).map(([name, use]) =>
      optional(name, installedVersion(name), "npm ci", use),
    ),
    optional(
      "fused multiply-add",
      await fused(),
      "install Node 22.12 or newer from https://nodejs.org",
      "products up to 1.5 times as fast",
    ),
    optional("native BLAS", await blas(), "npm run setup:openblas", "dense algebra, up to 8 times"),
    optional(
      "tfjs-node's native binding",
      nativeBinding(),
      "npm run setup:tfjs-node",
      "fast TensorFlow.js",
    ),
    optional(
      "Python",
      python?.version ?? null,
      "apt install python3-venv, or brew install python",
      "npm run lab",
    ),
    optional(
      "JupyterLab in .venv",
      lab && firstLine(lab, ["--version"]),
      "npm run lab",
      "npm run lab",
    ),
    optional("PyTorch in .venv-bench", torch, benchCure, "the other side of npm run bench"),
    optional("Chromium", browser(), "apt install chromium", "tests that look at pages"),
    optional(
      "Deno",
      findDeno()?.version ?? null,
      denoCure,
      "notebooks in Deno's kernel, and their tests",
    ),
    optional(
      "C++ compiler",
      firstLine("g++", ["--version"]),
      "apt install g++",
      "building tfjs-node's binding",
    ),
  ];
}

const benchCure =
  "python3 -m venv .venv-bench && .venv-bench/bin/pip install -r environment/bench/requirements.txt";

function npmVersion() {
  const script = process.env.npm_execpath;
  return script?.endsWith(".js")
    ? firstLine(process.execPath, [script, "--version"])
    : firstLine("npm", ["--version"]);
}

/** Loaded in another process, because a broken binding may end the process that loads it. */
function nativeBinding() {
  if (!installedVersion("@tensorflow/tfjs-node")) return null;
  const script =
    "const util = require('util'); util.isNullOrUndefined ??= (x) => x == null; util.isArray ??= Array.isArray; " +
    "console.log(require('@tensorflow/tfjs-node').version['tfjs-node'])";
  const from = createRequire(import.meta.url).resolve("../package.json");
  return firstLine(process.execPath, [
    "-e",
    `process.chdir(${JSON.stringify(from.replace(/package\.json$/, ""))}); ${script}`,
  ]);
}

/** Whether kernels add products with one rounding; PHASELENS_FMA=off declines it. */
async function fused() {
  if (!existsSync(inProject("lib", "dist", "index.js"))) return null;
  const { fusedArithmetic, relaxedSimd } = await import("phaselens/internal/core/native/fused");
  if (!relaxedSimd()) return null;
  return fusedArithmetic() ? "yes, relaxed SIMD" : "declined by PHASELENS_FMA";
}

/** What dense algebra goes to; PHASELENS_BLAS chooses another or none ("off"). */
async function blas() {
  if (!existsSync(inProject("lib", "dist", "index.js"))) return null;
  const { nativeBlas } = await import("phaselens/internal/core/native/blas");
  try {
    const found = nativeBlas();
    const off = process.env.PHASELENS_BLAS === "off" ? "declined by PHASELENS_BLAS" : null;
    return found ? `${found.name}, ${found.path}` : off;
  } catch (error) {
    return `not usable: ${error.message}`;
  }
}

function browser() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const version = firstLine(name, ["--version"]);
    if (version) return version;
  }
  return null;
}

const usage = `
npm run doctor    reports versions, what is optional and missing, and the command that would install it`;

runCommand({ usage }, async () => {
  const all = await findings();
  const width = Math.max(...all.map((finding) => finding.name.length));
  for (const { name, found, cure, use, required } of all) {
    const state = found ? "ok      " : required ? "MISSING " : "optional";
    const detail = found ?? `missing${use ? ` (for ${use})` : ""}: ${cure}`;
    console.log(`${state}  ${name.padEnd(width)}  ${detail}`);
  }
  const missing = all.filter((finding) => finding.required && !finding.found);
  console.log(
    missing.length === 0
      ? "\nNothing required is missing."
      : `\nMissing: ${missing.map((finding) => finding.name).join(", ")}.`,
  );
  return missing.length > 0 ? 1 : 0;
});
