import { display } from "./display.js";
import {
  isAudit,
  isClaim,
  isDataFrame,
  isEstimate,
  isFigure,
  isNetwork,
  isNumbers,
  isPlain,
  isSamples,
  isTensor,
} from "./kindsOfValues.js";
import { show } from "./show.js";

/** Numbers that a line of text may have. */
const FEW = 20;

/**
 * Shows what a notebook's cell ends with, as its kernel asks: a figure is drawn, a value of the
 * library is a table, and so are rows and what holds such values. A claim has been shown already.
 * @returns false where a line of text says as much (a number, a text, a short list), or there is no
 *   better way
 */
export async function showLast(value: unknown): Promise<boolean> {
  if (isClaim(value)) return true;
  if (isFigure(value)) await show(value);
  else if (isOurs(value) || isRows(value) || holdsMore(value)) display(value as object);
  else return false;
  return true;
}

const kinds = [isEstimate, isTensor, isNumbers, isNetwork, isSamples, isDataFrame, isAudit];
const isOurs = (value: unknown): boolean => kinds.some((is) => is(value)) || isLong(value);

const isLong = (value: unknown): boolean => Array.isArray(value) && value.length > FEW;

/** Objects with fields that are no objects but lists: the rows of a table. */
const isRows = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (one) =>
      isPlain(one) &&
      Object.values(one).every((field) => typeof field !== "object" || Array.isArray(field)),
  );

/** A value of the library in a field or an entry, or in one of theirs. */
function holdsMore(value: unknown, depth = 2): boolean {
  if (!Array.isArray(value) && !isPlain(value)) return false;
  return Object.values(value).some(
    (one) => isOurs(one) || (depth > 1 && holdsMore(one, depth - 1)),
  );
}
