/** What stands between whole and fraction of a number. */
export type DecimalSign = "." | ",";

/** First letters of a file, in which its first line is looked for. */
export const CSV_HEAD: number = 2 ** 16;

/** A number with a comma in it, as it stands between semicolons or tabs. */
const COMMA_NUMBER = /^\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*$/;

/**
 * The separator is the one of comma, semicolon and tab that the first line has most of, outside of
 * quotes. Semicolons or tabs between numbers with decimal commas are separators all the same, and
 * where the decimal sign is a comma, commas separate only if numbers with them stand in quotes.
 */
export function csvSeparator(text: string, decimal: DecimalSign): string {
  const head = text.slice(0, CSV_HEAD);
  const first = /^[^\r\n]*/.exec(head.replace(/"(?:[^"]|"")*"/g, ""))![0];
  const others = [";", "\t"].reduce((best, one) =>
    count(first, one) > count(first, best) ? one : best,
  );
  if (decimal === ",") {
    return count(first, others) > 0 || !/"\s*[+-]?\d*,\d+[^"\n]*"/.test(head) ? others : ",";
  }
  const pieces = first.split(others);
  const commaNumbers = pieces.filter((piece) => piece.includes(","));
  if (pieces.length > 1 && commaNumbers.every((piece) => COMMA_NUMBER.test(piece))) return others;
  return count(first, others) > count(first, ",") ? others : ",";
}

const count = (text: string, separator: string): number => text.split(separator).length - 1;
