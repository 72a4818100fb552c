"use strict";

/** What tslab reads out of comments: `@module name`, `@browser`, `@jsx`. */
const METADATA = /\/\*\*/;
/** A file beside the notebook. */
const NEIGHBOUR = /(?:\bfrom|\bimport|\brequire\s*\()\s*\(?\s*["'`](?:\.|\/)/;

/**
 * Whether a cell is an ordinary one: nothing that tslab treats apart, and nothing but packages
 * imported. It may say no to one that is.
 * @param {string} source
 */
const codeIsPlain = (source) => !METADATA.test(source) && !NEIGHBOUR.test(source);

module.exports = { codeIsPlain };
