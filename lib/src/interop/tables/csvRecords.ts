import { DataError } from "../../core/errors.js";

/** One record of a table: its fields, and the line that it begins in, counted from 1. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

/** What stands between whole and fraction of a number. */
export type DecimalSign = "." | ",";

/** First letters of a file, in which its first line is looked for. */
export const CSV_HEAD: number = 2 ** 16;

export interface CsvSyntax {
  readonly separator: string;
  readonly decimal: DecimalSign;
}

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

/**
 * The records of a table as RFC 4180 has it: fields in double quotes where they hold separators,
 * quotes or line ends. Lines without anything are passed over.
 * @param most  records that are wanted
 * @throws DataError naming the line of a quote that is not closed, or closed before the field ends
 */
export function csvRecords(
  text: string,
  name: string,
  { separator }: Pick<CsvSyntax, "separator">,
  most: number = Infinity,
): CsvRecord[] {
  const records: CsvRecord[] = [];
  const place: Place = { at: 0, line: 1 };
  while (place.at < text.length && records.length < most) {
    const { line } = place;
    const fields = [readField(text, name, separator, place)];
    while (text[place.at] === separator) {
      place.at++;
      fields.push(readField(text, name, separator, place));
    }
    if (text[place.at] === "\r") place.at++;
    if (text[place.at] === "\n") place.at++;
    place.line++;
    if (fields.length > 1 || fields[0].trim() !== "") records.push({ fields, line });
  }
  return records;
}

interface Place {
  at: number;
  line: number;
}

function readField(text: string, name: string, separator: string, place: Place): string {
  if (text[place.at] === '"') return readQuoted(text, name, separator, place);
  const from = place.at;
  let { at } = place;
  while (at < text.length && text[at] !== separator && text[at] !== "\n" && text[at] !== "\r") at++;
  place.at = at;
  return text.slice(from, at);
}

function readQuoted(text: string, name: string, separator: string, place: Place): string {
  const begun = place.line;
  let field = "";
  for (place.at++; ; place.at += 2) {
    const close = text.indexOf('"', place.at);
    if (close < 0) {
      const cure = 'Close it, or write "" for a quote in a text';
      throw new DataError(`${name}, line ${begun}: a quote is opened and not closed. ${cure}.`, {
        line: begun,
      });
    }
    const part = text.slice(place.at, close);
    place.line += part.split("\n").length - 1;
    field += part;
    place.at = close;
    if (text[close + 1] !== '"') break;
    field += '"';
  }
  place.at++;
  if (place.at < text.length && ![separator, "\n", "\r"].includes(text[place.at])) {
    const fact = `${name}, line ${place.line}: text follows a closing quote`;
    throw new DataError(`${fact}. Put the whole field in quotes.`, { line: place.line });
  }
  return field;
}
