import { sourceLine } from "./locate.mjs";

/**
 * @typedef {import("./session.mjs").CellResult} CellResult
 * @typedef {import("./session.mjs").ThrownError} ThrownError
 */

/**
 * @typedef {object} CellFailure
 * @property {number} cell  number among the code cells, from 1
 * @property {number | null} line  line of that cell, from 1
 * @property {string} name  such as "TypeError" or "CellTimeout"
 * @property {string} message  one sentence: cell, line, what happened, what to do
 * @property {string[]} trace  the stack without the runner's own frames
 * @property {boolean} claim  an identity or a claim of physics that does not hold
 */

/**
 * What went wrong in a cell, or null.
 * @param {number} cell
 * @param {CellResult} result
 * @param {string[]} sources code of the cells, cell 1 first
 * @param {number} timeout seconds
 * @returns {CellFailure | null}
 */
export function cellFailure(cell, result, sources, timeout) {
  const failure = (name, message, details = {}) => ({
    cell,
    line: null,
    name,
    message,
    trace: [],
    claim: false,
    ...details,
  });
  if (result.timedOut) {
    return failure(
      "CellTimeout",
      `cell ${cell} ran longer than ${timeout} s and was stopped; --timeout sets the limit in seconds.`,
    );
  }
  if (result.type === "ended" && result.signal) {
    return failure(
      "ProcessKilled",
      `cell ${cell} lost its process to ${result.signal}; when that was not you, the memory may have run out.`,
    );
  }
  if (result.type === "ended") {
    return failure(
      "ProcessExit",
      `cell ${cell} ended the process with exit code ${result.exitCode}; a cell must return, not call process.exit.`,
    );
  }
  if (result.diagnostics?.length) return compileFailure(cell, result.diagnostics, sources);
  return result.error ? thrown(cell, result.error, sources) : null;
}

/**
 * @param {number} cell
 * @param {import("./session.mjs").Diagnostic[]} diagnostics
 * @param {string[]} sources
 * @returns {CellFailure}
 */
function compileFailure(cell, diagnostics, sources) {
  const { file, line, text } = diagnostics[0];
  const place = file
    ? `cell ${cell} imports ${file}, which at line ${line}`
    : `${placeOf(cell, line, sources)}`;
  const others = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : "";
  return {
    cell,
    line: file ? null : line,
    name: "TypeScriptError",
    message: `${place} does not compile: ${asSentence(text)}${others}`,
    trace: diagnostics.map(
      (one) => `${one.file || `cell ${cell}`} ${one.line}:${one.column} ${one.text}`,
    ),
    claim: false,
  };
}

/**
 * @param {number} cell the cell that ran
 * @param {ThrownError} error
 * @param {string[]} sources
 * @returns {CellFailure}
 */
function thrown(cell, error, sources) {
  const own = error.frames.find((frame) => frame.cell === cell);
  const line = own ? lineOf(own, sources) : null;
  const inner = error.frames[0];
  const detour =
    inner && inner.cell !== cell
      ? ` in a function of ${placeOf(inner.cell, lineOf(inner, sources), sources)}`
      : "";
  const claim = error.name === "ClaimError";
  const message = claim
    ? `cell ${cell} makes a claim that does not hold: ${asSentence(error.message)}`
    : `${placeOf(cell, line, sources)} failed${detour}: ${error.name}: ${asSentence(error.message)}`;
  return { cell, line, name: error.name, message, trace: trace(error.stack), claim };
}

/**
 * A promise that was rejected while nobody waited for it.
 * @param {number} during
 * @param {ThrownError} error
 * @param {string[]} sources
 */
export function lateFailure(during, error, sources) {
  const inner = error.frames[0];
  const cell = inner?.cell ?? during;
  const line = inner ? lineOf(inner, sources) : null;
  const message =
    `${placeOf(cell, line, sources)} left a promise or callback behind that failed: ${error.name}: ` +
    `${asSentence(error.message)} Wait for it with await in the cell that starts it.`;
  return {
    cell,
    line,
    name: `Unhandled${error.name}`,
    message,
    trace: trace(error.stack),
    claim: false,
  };
}

const lineOf = (frame, sources) =>
  sourceLine(sources[frame.cell - 1], frame.compiled, frame.compiledLine);

function placeOf(cell, line, sources) {
  if (line === null) return `cell ${cell}`;
  const text = (sources[cell - 1].split("\n")[line - 1] ?? "").trim();
  return `cell ${cell}, line ${line} (${text.length > 80 ? `${text.slice(0, 79)}…` : text})`;
}

const asSentence = (text) => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

/** The stack as far as it belongs to the notebook. */
function trace(stack) {
  const ours = /tslab[\\/]dist|node:vm|node:internal|environment[\\/]run[\\/]host\.cjs/;
  return stack.split("\n").filter((line) => line.trim() && !ours.test(line));
}
