// What of a notebook file is looked at before anything is done with it: nbformat 4, as far as it is
// used here. What passes can be run, and drawn as a page.
import { Failure } from "../base/failure.mjs";
import { first, isObject } from "../base/fault-of.mjs";
import { claimFault } from "../verdicts/claim-form.mjs";
import { claimType, figureType } from "./records.mjs";

const isText = (value) =>
  typeof value === "string" ||
  (Array.isArray(value) && value.every((line) => typeof line === "string"));
const isTextOrNone = (value) => value === undefined || isText(value);

/**
 * @param {unknown} content  a parsed file  @param {string} path
 * @throws Failure naming the place of what is no notebook
 */
export function checkNotebook(content, path) {
  const fault = faultIn(content);
  if (fault === null) return;
  throw new Failure(
    `${path} is not a notebook of format 4: ${fault}. Open it in Jupyter and save it again.`,
  );
}

/** @returns {string | null} */
function faultIn(content) {
  if (!Array.isArray(content?.cells)) return 'it has no list "cells"';
  const about = content.metadata?.phaselens;
  if (about !== undefined && !isObject(about)) return "metadata.phaselens is no object";
  const { figures = [], seconds = 0, paper = "" } = about ?? {};
  if (!Array.isArray(figures) || !figures.every((figure) => typeof figure === "string"))
    return "metadata.phaselens.figures is no list of texts";
  if (typeof seconds !== "number") return "metadata.phaselens.seconds is no number";
  if (typeof paper !== "string") return "metadata.phaselens.paper is no text";
  return firstFault(content.cells, faultOfCell, "cells");
}

const firstFault = (list, faultOf, place) =>
  first([...list.entries()], ([k, one]) => faultOf(one, `${place}[${k}]`));

function faultOfCell(cell, place) {
  if (!isObject(cell)) return `${place} is no object`;
  if (typeof cell.cell_type !== "string") return `${place}.cell_type is no text`;
  if (!isTextOrNone(cell.source)) return `${place}.source is neither a text nor a list of lines`;
  const { metadata = {} } = cell;
  if (!isObject(metadata)) return `${place}.metadata is no object`;
  if (metadata.tags !== undefined && !Array.isArray(metadata.tags))
    return `${place}.metadata.tags is no list`;
  if (cell.cell_type !== "code") return null;
  const { outputs = [] } = cell;
  if (!Array.isArray(outputs)) return `${place}.outputs is no list`;
  return firstFault(outputs, faultOfOutput, `${place}.outputs`);
}

function faultOfOutput(output, place) {
  if (!isObject(output)) return `${place} is no object`;
  const { output_type: type, data, text, evalue } = output;
  if (type === "stream") return isTextOrNone(text) ? null : `${place}.text is no text`;
  if (type === "error") return typeof evalue === "string" ? null : `${place}.evalue is no text`;
  return isObject(data) ? faultOfData(data, `${place}.data`) : `${place}.data is no object`;
}

function faultOfData(data, place) {
  for (const [type, value] of Object.entries(data)) {
    const own = `${place}[${JSON.stringify(type.slice(0, 100))}]`;
    // JSON is what it is
    if (!/[/+]json$/.test(type) && !isText(value)) return `${own} is no text`;
    if (type === claimType) {
      const fault = claimFault(value, own);
      if (fault) return fault;
    }
    if (type === figureType && typeof value?.title !== "string") return `${own}.title is no text`;
  }
  return null;
}
