// The other side of a row: programs in Python or C++ in processes of their own, one thread each.
import { execFile } from "node:child_process";
import { isAbsolute } from "node:path";
import { promisify } from "node:util";
import { Failure } from "../base/failure.mjs";
import { inProject, root } from "../base/project.mjs";
import { programIn } from "../base/python.mjs";
import { compile, installCompiler } from "./compiled.mjs";
import { summary } from "./summary.mjs";

const run = promisify(execFile);

/** How to get the Python side. */
export const installPeers =
  "python3 -m venv .venv-bench && .venv-bench/bin/pip install -r environment/bench/requirements.txt";

/** One thread a side, as OpenMP, MKL, OpenBLAS and XLA are told. */
export const oneThread = {
  OMP_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  XLA_FLAGS: "--xla_cpu_multi_thread_eigen=false",
  PHASELENS_JOBS: "1",
};

/** What this process has, without a core type forced from outside, which would slow the peer. */
const inherited = { ...process.env };
delete inherited.OPENBLAS_CORETYPE;
delete inherited.OPENBLAS_L2_SIZE;

/** A side of a row that takes longer than this, with what prepares it, is ended. */
export const LIMIT_SECONDS = 90;

/** Packages of the other side whose versions are recorded, as pip calls them. */
const packages = [
  "torch",
  "numpy",
  "scipy",
  "scikit-learn",
  "zennit",
  "captum",
  "jax",
  "xgboost",
  "lightgbm",
  "shap",
];

/**
 * The Python of the other side with the versions of its packages, null for those that it has not;
 * null if there is no Python.
 * @returns {Promise<{ path: string, versions: Record<string, string | null> } | null>}
 */
export async function peerPython() {
  const path = process.env.PHASELENS_BENCH_PYTHON ?? programIn(".venv-bench", "python");
  if (!path) return null;
  const script =
    "import json, sys\nfrom importlib import metadata\nv = {'python': sys.version.split()[0]}\n" +
    "for name in sys.argv[1:]:\n" +
    "    try:\n        v[name] = metadata.version(name)\n" +
    "    except metadata.PackageNotFoundError:\n        v[name] = None\n" +
    "print(json.dumps(v))";
  try {
    const { stdout } = await run(path, ["-c", script, ...packages], { env: inherited });
    return { path, versions: JSON.parse(stdout) };
  } catch (error) {
    throw new Failure(
      `${path} could not be run (${error.message.split("\n")[0]}). To install it anew: ${installPeers}`,
      { cause: error },
    );
  }
}

/**
 * One peer of a row, measured, or with the reason why it was not.
 * @param {import("../bench.mjs").Row} row
 * @param {import("../bench.mjs").Peer} peer
 * @param {{ path: string, versions: Record<string, string | null> } | null} python
 * @param {string | null} compiler
 */
export async function measurePeer(row, peer, python, compiler) {
  const { label, script, source, args = [] } = peer;
  if (source ? !compiler : !python)
    return { label, missing: `not installed; ${source ? installCompiler : installPeers}` };
  const command = source
    ? [await compile(source)]
    : [python.path, isAbsolute(script) ? script : inProject(script)];
  const env = { ...inherited, ...oneThread, PHASELENS_REPETITIONS: String(row.repetitions) };
  try {
    const { stdout } = await run(command[0], [...command.slice(1), ...args], {
      cwd: root,
      env,
      maxBuffer: 1 << 26,
      timeout: 1000 * LIMIT_SECONDS,
      killSignal: "SIGKILL",
    });
    return { label, ...summary(repetitions(stdout, source ?? script)) };
  } catch (error) {
    if (error.killed) return { label, missing: `not done within ${LIMIT_SECONDS} s` };
    const absent = /ModuleNotFoundError: No module named '([^']+)'/.exec(error.stderr);
    if (absent) return { label, missing: `has no ${absent[1]}; ${installPeers}` };
    throw error;
  }
}

/** @param {string} stdout  @param {string} program  @returns {number[]} milliseconds */
function repetitions(stdout, program) {
  const ms = stdout
    .trim()
    .split("\n")
    .filter((line) => /^[[{]/.test(line))
    .map((line) => JSON.parse(line))
    .flatMap((line) => (Array.isArray(line) ? line : [line.ms]))
    .filter((value) => typeof value === "number");
  if (ms.length < 3)
    throw new Failure(`${program} printed ${ms.length} repetitions, at least 3 are needed.`);
  return ms;
}
