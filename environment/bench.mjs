// npm run bench: measures our side and, where its Python is installed, the peer's, one process a
// side, one after the other.
import { execFile } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { compilerVersion, installCompiler } from "./bench/compiled.mjs";
import { installPeers, LIMIT_SECONDS, measurePeer, oneThread, peerPython } from "./bench/peers.mjs";
import { profiles } from "./bench/profiles.mjs";
import { readmeTable, strongest, summary, table } from "./bench/summary.mjs";
import { build } from "./build.mjs";
import { runCommand } from "./base/command.mjs";
import { Failure } from "./base/failure.mjs";
import { filesBelow } from "./base/hash.mjs";
import { ensureInstalled } from "./base/install.mjs";
import { readJsonIfSound } from "./base/json-file.mjs";
import { inProject, root } from "./base/project.mjs";
import { writeAtomically } from "./base/atomic.mjs";
import { packageVersions } from "./verdicts/versions.mjs";

/**
 * A row of the table, as `rows` of a file tests/bench/NAME.bench.mjs exports them.
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {string} target  what the project promises, as text
 * @property {number} repetitions  at least 3, after one that warms up
 * @property {() => Promise<any>} [prepare]  makes the input of `ours`, not measured
 * @property {(input: any) => unknown} ours  what is measured, in a process of its own
 * @property {string} [headline]  its title in the table of README.md; without it, it is not there
 * @property {Peer | Peer[]} [peer]  what it is held against; of several, the fastest counts
 */

/**
 * A Python script, or C++ source, below the project. It prints {"ms": …} on a line for each
 * repetition, or one list of milliseconds, and reads their number from PHASELENS_REPETITIONS.
 * @typedef {object} Peer
 * @property {string} label
 * @property {string} [script]
 * @property {string} [source]
 * @property {string[]} [args]
 */

const record = inProject("results", "bench.json");
const measure = fileURLToPath(new URL("bench/measure.mjs", import.meta.url));
const run = promisify(execFile);

const usage = `
npm run bench [-- NAME …]    measures the rows of tests/bench (only these rows or files) and writes results/bench.json
  -- --against FILE    marks the rows that moved by more than 10 % since that bench.json was written
  -- --readme          writes the table of README.md and the profiles of docs/speed.md from results/bench.json, without measuring
  Our side is measured without a native BLAS and, where there is one (npm run setup:openblas), with it.
  The other side runs in .venv-bench, or in the Python that PHASELENS_BENCH_PYTHON names. To install it:
  ${installPeers}
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
    threads: { ours: 1, peer: 1 },
  };
  const measured = [];
  const failed = [];
  for (const { row, file } of rows) {
    console.log(`${row.id}: ${row.title} …`);
    try {
      measured.push({ ...(await measureRow(row, file, { blas, python, compiler })), conditions });
      write(measured);
    } catch (error) {
      failed.push(`${row.id} failed: ${lastLines(error.stderr || error.message)}`);
    }
  }
  if (measured.length > 0) console.log(`\n${table(measured, earlier)}\n`);
  for (const { id, peers } of measured)
    for (const { label, missing } of peers)
      if (missing) console.log(`${id}: ${label} was not measured: ${missing}`);
  console.log(
    "Written: results/bench.json. Ratio: the strongest peer's median time by ours, above 1 we are faster." +
      (blas ? ` Native: ${blas.name}.` : " No native BLAS: npm run setup:openblas."),
  );
  if (failed.length > 0) throw new Failure(failed.join("\n"));
});

/**
 * Both sides of a row, one after the other.
 * @param {Row} row
 * @param {string} file  that it stands in
 * @param {{ blas: any, python: any, compiler: string | null }} there
 */
async function measureRow(row, file, { blas, python, compiler }) {
  const start = performance.now();
  const ours = await measureOurs(file, row, "off");
  const native = blas ? await measureOurs(file, row, blas.path) : null;
  const peers = [];
  for (const peer of [row.peer ?? []].flat())
    peers.push(await measurePeer(row, peer, python, compiler));
  const peer = strongest(peers);
  const ratioTo = (side) => (side && peer?.median ? peer.median / side.median : null);
  /** A side that is behind the peer tells where its time goes. */
  const withProfile = async (side, library) =>
    ratioTo(side) < 1 && side
      ? { ...side, profile: (await ourSide(file, row, library, "profile")).profile }
      : side;
  return {
    id: row.id,
    title: row.title,
    headline: row.headline ?? null,
    target: row.target,
    ours: await withProfile(ours, "off"),
    native: await withProfile(native, blas?.path),
    peers,
    peer,
    ratio: ratioTo(ours),
    nativeRatio: ratioTo(native),
    seconds: Math.round((performance.now() - start) / 1000),
  };
}

/** What a program said last, on one line. @param {string} text */
const lastLines = (text) => text.trim().split("\n").slice(-3).join(" | ").slice(0, 400);

/** @param {string[]} names  @returns {Promise<{ row: Row, file: string }[]>} */
async function readRows(names) {
  const files = filesBelow(inProject("tests", "bench"), (path) => path.endsWith(".bench.mjs"));
  const all = [];
  for (const file of files) {
    const { rows } = await import(pathToFileURL(file).href);
    if (!Array.isArray(rows)) throw new Failure(`${basename(file)} must export "rows", a list.`);
    for (const row of rows) {
      if (!(row.repetitions >= 3))
        throw new Failure(
          `${basename(file)}: row "${row.id}" needs repetitions >= 3, has ${row.repetitions}.`,
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
  const { ms, peakBytes } = await ourSide(file, row, blas, "measure");
  return { ...summary(ms), peakMegabytes: Math.round(peakBytes / 1e6) };
}

/** @param {string} file  @param {Row} row  @param {string} blas  @param {string} mode */
async function ourSide(file, row, blas, mode) {
  const { stdout } = await run(process.execPath, ["--expose-gc", measure, file, row.id, mode], {
    cwd: root,
    env: { ...process.env, ...oneThread, PHASELENS_BLAS: blas },
    timeout: 1000 * LIMIT_SECONDS,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
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

/** Puts the measured table between its marks in README.md, and the profiles in docs/speed.md. */
function writeReadme() {
  const rows = readJsonIfSound(record)?.rows ?? [];
  if (!rows.some(({ headline }) => headline))
    throw new Failure("results/bench.json has no row for README.md. Run npm run bench first.");
  writeBetween("README.md", "bench", readmeTable(rows));
  writeBetween("docs/speed.md", "profiles", profiles(rows));
  console.log("Written: the table of README.md, the profiles of docs/speed.md.");
}

/** @param {string} file  @param {string} mark  @param {string} lines */
function writeBetween(file, mark, lines) {
  const path = inProject(file);
  const text = readFileSync(path, "utf8");
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  if (!text.includes(begin) || !text.includes(end))
    throw new Failure(`${file} has no ${begin} and ${end}, between which the table lies.`);
  const before = text.slice(0, text.indexOf(begin) + begin.length);
  writeAtomically(path, `${before}\n${lines}\n${text.slice(text.indexOf(end))}`);
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
