"use strict";
// A repair of tslab 1.0.22, which prints on stderr what a cell throws. Jupyter's protocol has a
// message for it, "error": without one nbconvert, nbclient and papermill take the cell for sound.
const fs = require("node:fs");
const util = require("node:util");
const { framesOf, lineOf, placesOf } = require("./stacks.cjs");

/**
 * @typedef {object} Failure  content of Jupyter's "error" message
 * @property {string} ename  @property {string} evalue  @property {string[]} traceback
 */
/** @typedef {import("./stacks.cjs").Sources} Sources */

/**
 * What a cell failed of.
 * @param {readonly unknown[][]} said  arguments of each call of tslab's console.error: one value
 *   that was thrown, or a format, file, line, column and text for each fault of the compiler
 * @param {number} count  number of the cell
 * @param {Sources} sources
 * @returns {Promise<Failure>}
 */
async function failureOf(said, count, sources) {
  const thrown = said.find((args) => args.length === 1);
  return thrown ? thrownFailure(thrown[0], count, sources) : compilerFailure(said, count, sources);
}

function compilerFailure(said, count, { cells }) {
  const faults = said.map(([, named, line, column, text]) => {
    const file = String(named).trim();
    return {
      place: file ? `${file}, line ${line}` : `Cell [${count}], line ${line}`,
      code: lineOf(file ? readIfThere(file) : cells.get(count)?.source, line),
      column,
      text: String(text),
    };
  });
  const traceback = faults.flatMap(({ place, code, column, text }) => [
    `${place}: ${text}`,
    ...(code ? [`    ${code}`, `    ${" ".repeat(Math.max(0, column - 1))}^`] : []),
  ]);
  return { ename: "TypeScriptError", evalue: faults.map(({ text }) => text).join(" "), traceback };
}

const readIfThere = (file) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined);

async function thrownFailure(value, count, sources) {
  if (!isError(value)) {
    const text = util.inspect(value);
    return { ename: "Thrown value", evalue: text, traceback: [`Thrown value: ${text}`] };
  }
  const { ename, evalue } = wasInterrupted(value)
    ? { ename: "KeyboardInterrupt", evalue: "the cell was interrupted." }
    : { ename: String(value.name), evalue: String(value.message) };
  const places = await placesOf(value, count, sources);
  const frames = value.message === NOT_HEARD ? [] : await framesOf(value, sources);
  const traceback = [`${ename}: ${evalue}`, ...places, ...frames];
  for (let { cause } = value; cause !== undefined && cause !== null; { cause } = Object(cause))
    traceback.push(...(await causeLines(cause, sources)));
  return { ename, evalue, traceback };
}

const isError = (value) => util.types.isNativeError(value) || value instanceof Error;

/** What tslab says where a cell neither computed in the library nor waited. */
const NOT_HEARD = "Interrupted asynchronously";

/** By the library in its loops, by the kernel where a cell waits, or by tslab. */
const wasInterrupted = ({ name, message }) =>
  /^(InterruptedError|KeyboardInterrupt)$/.test(name) || message === NOT_HEARD;

async function causeLines(cause, sources) {
  if (!isError(cause)) return [`caused by ${util.inspect(cause)}`];
  return [`caused by ${cause.name}: ${cause.message}`, ...(await framesOf(cause, sources))];
}

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
