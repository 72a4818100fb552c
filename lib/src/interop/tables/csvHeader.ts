import { csvNumber, looksNumeric } from "./csvNumber.js";
import type { CsvRecord, DecimalSign } from "./csvRecords.js";

/**
 * What the first line of a table is: names of the columns, a sample, or names or a sample, which
 * its numbers do not tell.
 */
export type FirstLine = "names" | "sample" | "either";

/** What programs write for a number that is missing or not finite. */
const MISSING = /^(?:|nan|na|n\/a|null|none|[+-]?inf(?:inity)?|[+-]?0x[\da-f]+)$/i;

/**
 * A table of whole numbers without names may begin with a line that looks like names by chance. It
 * is asked about only where this is rarer, for numbers drawn alike.
 */
const FALSE_ALARM = 0.02;

/**
 * Judges the first line of a table. Where it has texts it is names. Of numbers alone it may be
 * names all the same: pandas counts columns without a name 0, 1, 2, …, and years, sizes and
 * couplings are names as well. It is asked about
 *
 *  - when it counts 0, 1, 2, …, unless it is of one or two columns and occurs again below (labels,
 *    and rows that are 1 for one of two classes, begin so too);
 *  - when it rises strictly in whole numbers above lines that do not: at once where numbers below
 *    are not whole or the first line is years, while in tables of whole numbers that must be rarer
 *    than 1 in 50 by chance, see `byChance`;
 *  - when it is evenly spaced in three columns or more and not whole (couplings), and no line below
 *    is evenly spaced.
 */
export function judgeFirstLine(records: readonly CsvRecord[], decimal: DecimalSign): FirstLine {
  const { fields } = records[0];
  const first = fields.map((field) => csvNumber(field, decimal));
  if (first.some(Number.isNaN)) return hasMissing(fields, first) ? "sample" : "names";
  const below = records
    .slice(1)
    .filter((record) => record.fields.length === fields.length)
    .map((record) => record.fields.map((field) => csvNumber(field, decimal)));
  return below.length > 0 && mayBeNames(first, below) ? "either" : "sample";
}

/**
 * Numbers, of either decimal sign, beside what stands for missing ones are a sample; counts after a
 * column without a name are names, which pandas writes.
 */
function hasMissing(fields: readonly string[], first: readonly number[]): boolean {
  if (fields[0].trim() === "" && counts(first.slice(1))) return false;
  const numbers = fields.filter((field) => looksNumeric(field)).length;
  const missing = fields.filter((field) => MISSING.test(field.trim())).length;
  return numbers > 0 && numbers + missing === fields.length;
}

function mayBeNames(first: readonly number[], below: readonly (readonly number[])[]): boolean {
  if (counts(first)) return first.length > 2 || !below.some(counts);
  if (!rises(first)) return false;
  if (!first.every(Number.isInteger)) return isEven(first) && !below.some(isEven);
  const isLike = (line: readonly number[]): boolean => line.every(Number.isInteger) && rises(line);
  const like = below.filter(isLike).length;
  if (like === below.length) return false;
  if (isYears(first)) return !below.some(isYears);
  if (!below.every((line) => line.every(Number.isInteger))) return like === 0;
  return byChance(first, below, like) < FALSE_ALARM;
}

const counts = (line: readonly number[]): boolean => line.every((value, k) => value === k);

const rises = (line: readonly number[]): boolean =>
  line.length > 1 && line.every((value, k) => k === 0 || value > line[k - 1]);

/** Equal steps, as exactly as decimals give them in doubles. */
function isEven(line: readonly number[]): boolean {
  if (line.length < 3) return false;
  const step = (line[line.length - 1] - line[0]) / (line.length - 1);
  const tolerance = 1e-9 * Math.max(...line.map(Math.abs));
  return step !== 0 && line.every((value, k) => Math.abs(value - line[0] - k * step) <= tolerance);
}

const isYears = (line: readonly number[]): boolean =>
  line.every((value) => value >= 1800 && value < 2200);

/**
 * How often the first of m + 1 lines of w numbers drawn alike would rise, 1/w!, and besides be the
 * only one that does, (1 − 1/w!)^m, or lie beyond all the others, 2 / ((m + 1) w choose w); 1 where
 * it does neither.
 */
function byChance(
  first: readonly number[],
  below: readonly (readonly number[])[],
  like: number,
): number {
  const [w, m] = [first.length, below.length];
  let [orders, choices] = [1, 1];
  for (let k = 1; k <= w && orders < 1e9; k++) {
    orders *= k;
    choices *= (m * w + k) / k;
  }
  const [least, most] = [first[0], first[w - 1]];
  const isBeyond =
    below.every((line) => line.every((value) => value < least)) ||
    below.every((line) => line.every((value) => value > most));
  const alone = like === 0 ? (1 - 1 / orders) ** m : 1;
  return Math.min(alone, isBeyond ? 2 / choices : 1) / (like === 0 || isBeyond ? orders : 1);
}
