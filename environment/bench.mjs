// npm run bench: measures our side and, where its Python is installed, the peer's, one process a
// side, one after the other.
import { execFile } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { readFileSync } from "node:fs";
import { basename, isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { compile, compilerVersion, installCompiler } from "./bench/compiled.mjs";
import { readmeTable, summary, table } from "./bench/summary.mjs";
import { build } from "./build.mjs";
import { runCommand } from "./base/command.mjs";
import { Failure } from "./base/failure.mjs";
import { filesBelow } from "./base/hash.mjs";
import { ensureInstalled } from "./base/install.mjs";
import { readJsonIfSound } from "./base/json-file.mjs";
import { inProject, root } from "./base/project.mjs";
import { programIn } from "./base/python.mjs";
import { writeAtomically } from "./base/atomic.mjs";
import { packageVersions } from "./verdicts/versions.mjs";

/**
 * A row of the table, as `rows` of a file tests/bench/NAME.bench.mjs exports them.
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {string} target  what the project promises, as text
 * @property {number} repetitions  at least 5, after one that warms up
 * @property {() => Promise<any>} [prepare]  makes the input of `ours`, not measured
 * @property {(input: any) => unknown} ours  what is measured, in a process of its own
 * @property {{ label: string, script?: string, source?: string, args?: string[] }} [peer] Python
 *   script, or C++ source, below the project;
 *   it prints {"ms": …} on a line for each repetition, or one list of milliseconds, and reads the
 *   number of repetitions from
 *   PHASELENS_REPETITIONS
 */

const record = inProject("results", "bench.json");
const install =
  "python3 -m venv .venv-bench && .venv-bench/bin/pip install -r environment/bench/requirements.txt";
const measure = fileURLToPath(new URL("bench/measure.mjs", import.meta.url));
const run = promisify(execFile);

/** One thread a side. A core type that is forced from outside would slow the peer down. */
const oneThread = {
  OMP_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  PHASELENS_JOBS: "1",
};
const inherited = { ...process.env };
delete inherited.OPENBLAS_CORETYPE;
delete inherited.OPENBLAS_L2_SIZE;

const usage = `
npm run bench [-- NAME …]    measures the rows of tests/bench (only these rows or files) and writes results/bench.json
  -- --against FILE    marks the rows that moved by more than 10 % since that bench.json was written
  -- --readme          writes the table of README.md from results/bench.json, without measuring
  Our side is measured without a native BLAS and, where there is one (npm run setup:openblas), with it.
  The other side runs in .venv-bench, or in the Python that PHASELENS_BENCH_PYTHON names. To install it:
  ${install}
  Rows with a peer in C++ need g++: ${installCompiler}`;

const options = { against: { type: "string" }, readme: { type: "boolean" } };

runCommand({ usage, options }, async ({ against, readme }, names) => {
  if (readme) return writeReadme();
  ensureInstalled();
  await build();
  const earlier = against === undefined ? [] : earlierRows(resolve(against));
  const blas = await nativeBlas();
  const rows = await readRows(names);
  const python = await peerPython();
  const compiler = await compilerVersion();
  const conditions = {
    date: new Date().toISOString(),
    machine: `${process.platform} ${process.arch}, ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores`,
    node: process.version,
    packages: packageVersions(),
    peer: python?.versions ?? null,
    compiler,
    blas: blas?.name ?? null,
    threads: { ours: 1, peer: python?.versions.threads ?? null },
  };
  const measured = [];
  for (const { row, file } of rows) {
    console.log(`${row.id}: ${row.title} …`);
    const ours = await measureOurs(file, row, "off");
    const native = blas ? await measureOurs(file, row, blas.path) : null;
    const peer = row.peer ? await measurePeer(row, python, compiler) : null;
    const ratio = peer?.median ? peer.median / ours.median : null;
    measured.push({
      id: row.id,
      title: row.title,
      target: row.target,
      ours,
      native,
      peer,
      ratio,
      nativeRatio: native && peer?.median ? peer.median / native.median : null,
      conditions,
    });
    write(measured);
  }
  console.log(`\n${table(measured, earlier)}\n`);
  if (!python && rows.some(({ row }) => row.peer?.script))
    console.log(`The other side is not installed. To install it: ${install}`);
  if (!compiler && rows.some(({ row }) => row.peer?.source))
    console.log(`There is no C++ compiler. To install it: ${installCompiler}`);
  console.log(
    "Written: results/bench.json. Ratio: the peer's median time by ours, above 1 we are faster." +
      (blas ? ` Native: ${blas.name}.` : " No native BLAS: npm run setup:openblas."),
  );
});

/** @param {string[]} names  @returns {Promise<{ row: Row, file: string }[]>} */
async function readRows(names) {
  const files = filesBelow(inProject("tests", "bench"), (path) => path.endsWith(".bench.mjs"));
  const all = [];
  for (const file of files) {
    const { rows } = await import(pathToFileURL(file).href);
    if (!Array.isArray(rows)) throw new Failure(`${basename(file)} must export "rows", a list.`);
    for (const row of rows) {
      if (!(row.repetitions >= 5))
        throw new Failure(
          `${basename(file)}: row "${row.id}" needs repetitions >= 5, has ${row.repetitions}.`,
        );
      all.push({ row, file });
    }
  }
  const matches = ({ row, file }, name) => row.id === name || basename(file, ".bench.mjs") === name;
  const unknown = names.find((name) => !all.some((one) => matches(one, name)));
  if (unknown !== undefined) {
    const known = all.map(({ row }) => row.id).join(", ") || "none yet";
    throw new Failure(`Unknown benchmark "${unknown}"; there are: ${known}.`, { exitCode: 2 });
  }
  return names.length === 0 ? all : all.filter((one) => names.some((name) => matches(one, name)));
}

/** @param {string} file  @param {Row} row  @param {string} blas  as PHASELENS_BLAS */
async function measureOurs(file, row, blas) {
  const { stdout } = await run(process.execPath, ["--expose-gc", measure, file, row.id], {
    cwd: root,
    env: { ...process.env, ...oneThread, PHASELENS_BLAS: blas },
  });
  const { ms, peakBytes } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  return { ...summary(ms), peakMegabytes: Math.round(peakBytes / 1e6) };
}

/** @param {Row} row  @param {{ path: string } | null} python  @param {string | null} compiler */
async function measurePeer(row, python, compiler) {
  const peer = /** @type {NonNullable<Row["peer"]>} */ (row.peer);
  const { label, script, source, args = [] } = peer;
  if (source ? !compiler : !python)
    return { label, missing: `not installed; ${source ? installCompiler : install}` };
  const command = source
    ? [await compile(source)]
    : [python.path, isAbsolute(script) ? script : inProject(script)];
  const env = { ...inherited, ...oneThread, PHASELENS_REPETITIONS: String(row.repetitions) };
  const { stdout } = await run(command[0], [...command.slice(1), ...args], {
    cwd: root,
    env,
    maxBuffer: 1 << 26,
  });
  const lines = stdout
    .trim()
    .split("\n")
    .filter((line) => /^[[{]/.test(line))
    .map((line) => JSON.parse(line));
  const ms = lines
    .flatMap((line) => (Array.isArray(line) ? line : [line.ms]))
    .filter((value) => typeof value === "number");
  if (ms.length < 5)
    throw new Failure(
      `${source ?? script} printed ${ms.length} repetitions, at least 5 are needed.`,
    );
  return { label, ...summary(ms) };
}

/** The library that large products would go to, or undefined. */
async function nativeBlas() {
  const { nativeBlas } = await import("phaselens/internal/core/native/blas");
  process.env.OPENBLAS_NUM_THREADS = oneThread.OPENBLAS_NUM_THREADS; // as it is measured
  return nativeBlas();
}

/** @param {string} path  a bench.json */
function earlierRows(path) {
  const rows = readJsonIfSound(path)?.rows;
  if (!Array.isArray(rows))
    throw new Failure(`${path} is no table of npm run bench. Name a bench.json.`, { exitCode: 2 });
  return rows;
}

/** Puts the measured table between its marks in README.md. */
function writeReadme() {
  const rows = readJsonIfSound(record)?.rows ?? [];
  if (rows.length === 0)
    throw new Failure("results/bench.json is missing. Run npm run bench first.");
  const path = inProject("README.md");
  const text = readFileSync(path, "utf8");
  const [begin, end] = ["<!-- bench -->", "<!-- /bench -->"];
  if (!text.includes(begin) || !text.includes(end))
    throw new Failure(`README.md has no ${begin} and ${end}, between which the table lies.`);
  const before = text.slice(0, text.indexOf(begin) + begin.length);
  const after = text.slice(text.indexOf(end));
  writeAtomically(path, `${before}\n${readmeTable(rows)}\n${after}`);
  console.log("Written: the table of README.md.");
}

/** The Python of the other side with its versions, or null. */
async function peerPython() {
  const path = process.env.PHASELENS_BENCH_PYTHON ?? programIn(".venv-bench", "python");
  if (!path) return null;
  const script =
    "import json, sys\nv = {'python': sys.version.split()[0]}\n" +
    "for name in ('torch', 'numpy', 'scipy', 'sklearn', 'zennit'):\n" +
    "    try:\n        v[name] = __import__(name).__version__\n    except ImportError:\n        v[name] = None\n" +
    "try:\n    import torch\n    torch.set_num_threads(1)\n    v['threads'] = torch.get_num_threads()\nexcept ImportError:\n    v['threads'] = 1\n" +
    "print(json.dumps(v))";
  try {
    const { stdout } = await run(path, ["-c", script], { env: { ...inherited, ...oneThread } });
    return { path, versions: JSON.parse(stdout) };
  } catch (error) {
    throw new Failure(
      `${path} could not be run (${error.message.split("\n")[0]}). To install it anew: ${install}`,
      { cause: error },
    );
  }
}

/** Rows that were not measured now keep their earlier numbers, each with its own date. */
function write(measured) {
  const fresh = new Set(measured.map((row) => row.id));
  const earlier = readJsonIfSound(record)?.rows ?? [];
  const rows = [...earlier.filter((row) => !fresh.has(row.id)), ...measured].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  writeAtomically(record, `${JSON.stringify({ rows }, null, 2)}\n`);
}
