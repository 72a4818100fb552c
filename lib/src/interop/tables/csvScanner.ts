import { DataError } from "../../core/errors.js";

/** Takes what a scanner finds, in the order of the file. */
export interface CsvSink {
  /** @param line  of the file, from 1, in which the record begins */
  field(text: string, line: number): void;
  /** The record has all its fields. */
  record(line: number): void;
}

/** Takes the text of a table in pieces. */
export interface CsvScanner {
  push(text: string): void;
  /** There is no more. */
  end(): void;
}

/** Letters of one field, beyond which a quote has been left open. */
const LONGEST_FIELD = 2 ** 20;

/** Where in a field the text is cut off. */
type State = "start" | "plain" | "quoted" | "closed";

const [NEW_LINE, RETURN] = [10, 13];

/**
 * The fields of a table as RFC 4180 has it: in double quotes where they hold separators, quotes or
 * line ends. Lines without anything are passed over. Of the text no more is held than the field
 * that is read.
 * @throws DataError naming the line of a quote that is not closed, or closed before the field ends
 */
export function csvScanner(name: string, separator: string, sink: CsvSink): CsvScanner {
  const between = separator.charCodeAt(0);
  let state: State = "start";
  let [field, blank] = ["", undefined as string | undefined];
  let [fields, line, breaks, begun] = [0, 1, 0, 1];
  let returned = false;

  const keep = (piece: string): void => {
    field = field === "" ? piece : field + piece;
    if (field.length <= LONGEST_FIELD) return;
    const fact = `${name}, line ${begun}: a field has more than ${LONGEST_FIELD} letters`;
    const cure = state === "quoted" ? "Close the quote that it begins with" : "Shorten it";
    throw new DataError(`${fact}. ${cure}.`, { line: begun });
  };
  /** A first field that is blank may be a line without anything. */
  const closeField = (): void => {
    if (fields === 0 && field.trim() === "") blank = field;
    else {
      if (fields === 1 && blank !== undefined) sink.field(blank, line);
      blank = undefined;
      sink.field(field, line);
    }
    fields++;
    field = "";
    state = "start";
  };
  const closeRecord = (): void => {
    closeField();
    if (blank === undefined) sink.record(line);
    blank = undefined;
    line += 1 + breaks;
    fields = breaks = 0;
  };
  /** After a field: a separator or the end of the line. */
  const delimit = (code: number): void => {
    if (code === between) return closeField();
    closeRecord();
    returned = code === RETURN;
  };
  const isEnd = (code: number): boolean => code === between || code === NEW_LINE || code === RETURN;

  const plain = (text: string, from: number): number => {
    let at = from;
    while (at < text.length && !isEnd(text.charCodeAt(at))) at++;
    keep(text.slice(from, at));
    if (at < text.length) delimit(text.charCodeAt(at++));
    return at;
  };
  const inQuotes = (text: string, from: number): number => {
    const close = text.indexOf('"', from);
    const piece = text.slice(from, close < 0 ? undefined : close);
    breaks += piece.split("\n").length - 1;
    keep(piece);
    if (close < 0) return text.length;
    state = "closed";
    return close + 1;
  };
  const afterQuote = (text: string, at: number): void => {
    const code = text.charCodeAt(at);
    if (text[at] === '"') {
      keep('"');
      state = "quoted";
    } else if (isEnd(code)) delimit(code);
    else {
      const here = line + breaks;
      const fact = `${name}, line ${here}: text follows a closing quote`;
      throw new DataError(`${fact}. Put the whole field in quotes.`, { line: here });
    }
  };

  return {
    push(text) {
      let at = 0;
      while (at < text.length) {
        if (returned) {
          returned = false;
          if (text.charCodeAt(at) === NEW_LINE) at++;
        } else if (state === "quoted") at = inQuotes(text, at);
        else if (state === "closed") afterQuote(text, at++);
        else if (state === "start" && text[at] === '"') {
          begun = line + breaks;
          state = "quoted";
          at++;
        } else {
          begun = line + breaks;
          state = "plain";
          at = plain(text, at);
        }
      }
    },
    end() {
      if (state === "quoted") {
        const cure = 'Close it, or write "" for a quote in a text';
        throw new DataError(`${name}, line ${begun}: a quote is opened and not closed. ${cure}.`, {
          line: begun,
        });
      }
      if (state !== "start" || fields > 0) closeRecord();
    },
  };
}
