import { csvNumber, looksNumeric } from "./csvNumber.js";
import type { DecimalSign } from "./csvSeparator.js";
import {
  counts,
  isEven,
  isWhole,
  isYears,
  linesBelow,
  rises,
  type LinesBelow,
} from "./linesBelow.js";
import { power } from "../../core/power.js";

/**
 * What the first line of a table is: names of the columns, a sample, or names or a sample, which
 * its numbers do not tell.
 */
export type FirstLine = "names" | "sample" | "either";

/** A first line, judged by the lines below as they come. */
export interface JudgedLine {
  /** What it is if no line follows. */
  readonly alone: FirstLine;
  /** Whether lines below can change that; those with as many fields are to be shown. */
  readonly open: boolean;
  see(line: Float64Array): void;
  verdict(): FirstLine;
}

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
export function judgeFirstLine(fields: readonly string[], decimal: DecimalSign): JudgedLine {
  const first = Float64Array.from(fields, (field) => csvNumber(field, decimal));
  if (first.some(Number.isNaN)) return settled(hasMissing(fields, first) ? "sample" : "names");
  if (!counts(first) && !rises(first)) return settled("sample");
  const below = linesBelow(first);
  return {
    alone: "sample",
    open: true,
    see: below.see,
    verdict: () => (below.seen() > 0 && mayBeNames(first, below) ? "either" : "sample"),
  };
}

const settled = (line: FirstLine): JudgedLine => ({
  alone: line,
  open: false,
  see: () => {},
  verdict: () => line,
});

/**
 * Numbers, of either decimal sign, beside what stands for missing ones are a sample; counts after a
 * column without a name are names, which pandas writes.
 */
function hasMissing(fields: readonly string[], first: Float64Array): boolean {
  if (fields[0].trim() === "" && counts(first.subarray(1))) return false;
  const numbers = fields.filter((field) => looksNumeric(field)).length;
  const missing = fields.filter((field) => MISSING.test(field.trim())).length;
  return numbers > 0 && numbers + missing === fields.length;
}

function mayBeNames(first: Float64Array, below: LinesBelow): boolean {
  if (counts(first)) return first.length > 2 || !below.some("counts");
  if (!isWhole(first)) return isEven(first) && !below.some("even");
  const like = below.like();
  if (like === below.seen()) return false;
  if (isYears(first)) return !below.some("years");
  if (!below.all("whole")) return like === 0;
  return byChance(first, below) < FALSE_ALARM;
}

/**
 * How often the first of m + 1 lines of w numbers drawn alike would rise, 1/w!, and besides be the
 * only one that does, (1 − 1/w!)^m, or lie beyond all the others, 2 / ((m + 1) w choose w); 1 where
 * it does neither.
 */
function byChance(first: Float64Array, below: LinesBelow): number {
  const [w, m, like] = [first.length, below.seen(), below.like()];
  let [orders, choices] = [1, 1];
  for (let k = 1; k <= w && orders < 1e9; k++) {
    orders *= k;
    choices *= (m * w + k) / k;
  }
  const isBeyond = below.all("less") || below.all("more");
  const alone = like === 0 ? power(1 - 1 / orders, m) : 1;
  return Math.min(alone, isBeyond ? 2 / choices : 1) / (like === 0 || isBeyond ? orders : 1);
}
