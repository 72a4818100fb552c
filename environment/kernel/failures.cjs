"use strict";
// A repair of tslab 1.0.22, which prints on stderr what a cell throws. Jupyter's protocol has a
// message for it, "error": without one nbconvert, nbclient and papermill take the cell for sound.
const util = require("node:util");

/**
 * @typedef {object} Failure  content of Jupyter's "error" message
 * @property {string} ename  @property {string} evalue  @property {string[]} traceback
 */
/** @typedef {{ source: string, compiled: string }} Cell  as written, and as it runs */

/** Frames of the kernel itself, which say nothing about the cell. */
const OWN = /tslab[\\/]dist|node:vm|node:internal|environment[\\/](kernel|run)[\\/]/;
const FRAME = /\bcell-(\d+):(\d+)(?::\d+)?/;

const lines = import("../run/locate.mjs");

/**
 * What a cell failed of.
 * @param {readonly unknown[][]} said  arguments of each call of tslab's console.error: one value
 *   that was thrown, or a format, file, line, column and text for each fault of the compiler
 * @param {number} count  number of the cell
 * @param {Map<number, Cell>} cells  by number
 * @returns {Promise<Failure>}
 */
async function failureOf(said, count, cells) {
  const thrown = said.find((args) => args.length === 1);
  return thrown ? thrownFailure(thrown[0], count, cells) : compilerFailure(said, count, cells);
}

function compilerFailure(said, count, cells) {
  const faults = said.map(([, file, line, column, text]) => ({
    place: file ? `${String(file).trim()}, line ${line}` : `Cell [${count}], line ${line}`,
    code: file ? "" : lineOf(cells.get(count), line),
    column,
    text: String(text),
  }));
  const traceback = faults.flatMap(({ place, code, column, text }) => [
    `${place}: ${text}`,
    ...(code ? [`    ${code}`, `    ${" ".repeat(Math.max(0, column - 1))}^`] : []),
  ]);
  return { ename: "TypeScriptError", evalue: faults.map(({ text }) => text).join(" "), traceback };
}

async function thrownFailure(value, count, cells) {
  const isError = util.types.isNativeError(value) || value instanceof Error;
  if (!isError) {
    const text = util.inspect(value);
    return { ename: "Thrown value", evalue: text, traceback: [`Thrown value: ${text}`] };
  }
  const [ename, evalue] = [String(value.name), String(value.message)];
  const traceback = [`${ename}: ${evalue}`, ...(await framesOf(value, count, cells))];
  if (value.cause) traceback.push(`caused by ${util.inspect(value.cause)}`);
  return { ename, evalue, traceback };
}

/** The stack with lines of cells, and the cell's own line in words. */
async function framesOf(error, count, cells) {
  const { sourceLine } = await lines;
  const frames = String(error.stack)
    .split("\n")
    .filter((line) => /^\s*at /.test(line) && !OWN.test(line));
  let own;
  const located = frames.map((frame) => {
    const [whole, cell, compiledLine] = FRAME.exec(frame) ?? [];
    const known = cells.get(Number(cell));
    const line = known && sourceLine(known.source, known.compiled, Number(compiledLine));
    if (!line) return frame;
    if (Number(cell) === count) own ??= line;
    // variables of cells are properties of tslab's proxy
    return frame.replace("at Proxy.", "at ").replace(whole, `Cell [${cell}], line ${line}`);
  });
  // the function that tslab wraps a cell in stands there twice
  const once = located.filter((frame, k) => frame !== located[k - 1]);
  const place = own && `Cell [${count}], line ${own}: ${lineOf(cells.get(count), own).trim()}`;
  return place ? [place, ...once] : once;
}

const lineOf = (cell, line) => cell?.source.split("\n")[line - 1] ?? "";

/**
 * Sends "error" before the reply, and says in the reply what went wrong.
 * @param {any} ZmqServer  of tslab
 * @param {() => Promise<Failure | undefined>} failure  of the cell that ran last
 */
function sendErrors(ZmqServer, failure) {
  const { handleExecute } = ZmqServer.prototype;
  ZmqServer.prototype.handleExecute = function (socket, message) {
    const telling = {
      value: (...args) => handled(this, message, args, failure),
    };
    const handler = Object.create(this.handler, { handleExecute: telling });
    return handleExecute.call(
      Object.create(this, { handler: { value: handler } }),
      socket,
      message,
    );
  };
}

async function handled(server, message, args, failure) {
  const content = await server.handler.handleExecute(...args);
  if (content.status === "abort") return { ...content, status: "aborted" }; // the protocol's word
  const found = content.status === "error" ? await failure() : undefined;
  if (!found) return content;
  const error = message.createReply();
  error.header.msg_type = "error";
  error.content = found;
  error.signAndSend(server.connInfo.key, server.iopub);
  return { ...content, ...found };
}

module.exports = { failureOf, sendErrors };
