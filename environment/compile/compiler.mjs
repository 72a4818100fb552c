// Compiles the cells of notebooks before they run, in a thread beside them, and keeps the outcome.
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { writeAtomically } from "../base/atomic.mjs";
import { filesBelow, hashFiles, sha256 } from "../base/hash.mjs";
import { readJsonIfSound } from "../base/json-file.mjs";
import { inProject, root } from "../base/project.mjs";

/** @typedef {import("./notebook.mjs").CompiledCell} CompiledCell */

/** What came out last, a file a notebook. */
const kept = inProject(".cache", "cells");
const { codeIsPlain } = createRequire(import.meta.url)("./plain.cjs");

/** @type {Worker | undefined} */
let thread;
/** Who waits for which answer. @type {Map<number, (cells: CompiledCell[]) => void>} */
const waiting = new Map();
let asked = 0;

/**
 * The cells of a notebook as tslab would compile them, up to the first one with a fault; those
 * after it are left to tslab. None where a cell needs more than its own text and packages.
 * @param {{ name: string, path: string, code: string[] }} notebook
 * @returns {Promise<CompiledCell[]>}
 */
export async function compiledCells({ name, path, code }) {
  if (!code.every(codeIsPlain)) return [];
  const folder = dirname(resolve(path));
  const file = join(kept, `${name}.json`);
  const key = sha256(JSON.stringify([folder, code, inputs()]));
  const earlier = readJsonIfSound(file);
  if (earlier?.key === key) return earlier.cells;
  const cells = await ask(folder, code);
  if (cells.length === code.length) writeAtomically(file, JSON.stringify({ key, cells }));
  return cells;
}

/** @returns {Promise<CompiledCell[]>} */
function ask(folder, code) {
  const id = ++asked;
  const running = (thread ??= start());
  running.ref();
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    running.postMessage({ id, folder, code });
  });
}

/** The thread keeps this process alive only while somebody waits for it. */
function start() {
  const made = new Worker(fileURLToPath(new URL("thread.mjs", import.meta.url)));
  made.on("message", ({ id, cells }) => {
    waiting.get(id)?.(cells);
    waiting.delete(id);
    if (waiting.size === 0) made.unref();
  });
  const ended = () => {
    thread = undefined;
    for (const resolve of waiting.values()) resolve([]);
    waiting.clear();
  };
  made.on("error", ended);
  made.on("exit", ended);
  return made;
}

/** @type {string | undefined} */
let known;

/** What the outcome depends on besides the cells: declarations, packages, this room. */
function inputs() {
  known ??= hashFiles(root, [
    ...filesBelow(inProject("lib", "dist"), (path) => path.endsWith(".d.ts")),
    ...filesBelow(inProject("environment", "compile")),
    ...["cells.cjs", "typescript.cjs"].map((name) => inProject("environment", "kernel", name)),
    inProject("package-lock.json"),
  ]);
  return known;
}
