import { printable } from "../core/printable.js";

/** Lines for a terminal: what of a file is in them cannot act on it. */
export const shownLines = (text: string): string => text.split("\n").map(printable).join("\n");

/** JSON escapes only the first 32 characters itself; these act as well. */
const ACTING = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A value as JSON in one line, without characters that act on a terminal. */
export const shownJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    ACTING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
