import { DataError } from "../../core/errors.js";
import { integerReader } from "../../core/files/largeIntegers.js";
import { printable, quoted } from "../../core/printable.js";
import { tensor } from "../../core/tensor.js";
import { csvFirst, type CsvFirst } from "./csvFirst.js";
import { decimalWatch, indexWatch, isWholeNumber, type CsvWatch } from "./csvNotes.js";
import { csvNumber, isMissing, notANumber } from "./csvNumber.js";
import type { CsvSink } from "./csvScanner.js";
import type { CsvWish } from "./csvWish.js";
import type { NamedArray } from "./namedArray.js";
import { numberBlocks } from "./numberBlocks.js";
import { tooManyEntries } from "./checkEntries.js";

/** Takes the fields of a table, and has its numbers at the end. */
export interface CsvRows extends CsvSink {
  /** @throws DataError for a table without rows, or whose first line may be names */
  end(): NamedArray;
}

/** No table has so many; a line of more is no line of a table. */
const MOST_COLUMNS = 2 ** 20;

/**
 * The numbers of the wanted columns, row by row: beside them only the row that is read is held.
 * @throws DataError naming line and column of what is no number, the line of a row with a field too
 *   many or too few, a name that occurs twice or is missing
 */
export function csvRows(name: string, wish: CsvWish): CsvRows {
  const { decimal } = wish;
  const head: string[] = [];
  const values = numberBlocks();
  let first: CsvFirst | undefined;
  let watch: CsvWatch | undefined;
  let row = new Float64Array(0);
  let [fields, rows, at] = [0, 0, 0];
  let [one, two] = ["", undefined as string | undefined];
  let allWhole = true;
  let wrong: DataError | undefined;
  /** Of a table whose first line may be names: that is asked before anything else. */
  let postponed: DataError | undefined;

  const column = (): string => `column ${quoted(first!.columns[fields])}`;
  const where = (): string => `${name}, line ${at}, ${column()}`;
  const integers = integerReader(wish.integers ?? "exact", () => `${where()}: the number`);
  const refuse = (error: DataError): void => {
    if (!first!.judged.open) throw error;
    postponed ??= error;
  };

  const numberOf = (text: string): number => {
    const label = first!.classes?.indexOf(text.trim()) ?? -1;
    if (label >= 0) return label;
    if (wish.missing && isMissing(text)) return NaN;
    try {
      const value = csvNumber(text, decimal, first!.classes ? undefined : integers);
      if (Number.isNaN(value)) wrong ??= noNumber(text);
      return value;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      wrong ??= error;
      return csvNumber(text, decimal);
    }
  };
  const noNumber = (text: string): DataError => {
    const details = { line: at, column: first!.columns[fields] };
    if (!first!.classes) {
      return new DataError(`${where()}: ${notANumber(text, decimal)}`, details);
    }
    const classes = printable(first!.classes.join(", "));
    const fact = `${where()}: ${quoted(text, 40)} is none of the classes ${classes}`;
    return new DataError(`${fact}. Repair the line, or name the class.`, details);
  };
  const width = (): DataError => {
    const [own, wide] = [fields, first!.columns.length];
    const commas = wish.separator === "," && own === 2 * wide && allWhole;
    const cure = commas
      ? 'Give decimal: "," (--decimal ,) if these are decimal commas'
      : "Repair the line";
    const fact = `${name}, line ${at}: has ${own} fields, the first line has ${wide}`;
    return new DataError(`${fact}. ${cure}.`, { line: at });
  };

  const take = (text: string): void => {
    if (fields === 0) one = text;
    else if (fields === 1) two = text;
    if (first!.needed[fields]) row[fields] = numberOf(text);
    else if (first!.judged.open) row[fields] = csvNumber(text, decimal);
    if (first!.columns.length < 4096) allWhole &&= isWholeNumber(text);
    fields++;
  };
  const store = (): void => {
    const { columns, places, judged } = first!;
    const fault = fields === columns.length ? wrong : width();
    if (fields === columns.length && judged.open && rows > 0) judged.see(row);
    if (fault) refuse(fault);
    if (!postponed) {
      if (values.length() + places.length > wish.maximumEntries) {
        refuse(tooManyEntries(name, wish.maximumEntries));
      }
      for (const place of places) values.push(row[place]);
    }
    watch?.row(one, two);
    rows++;
    [fields, allWhole, wrong, two] = [0, true, undefined, undefined];
  };
  const begin = (): void => {
    first = csvFirst(name, head, at, wish);
    row = new Float64Array(first.columns.length);
    postponed = first.missing;
    if (postponed && !first.judged.open) throw postponed;
    const { isNamed, columns } = first;
    if (isNamed && columns.length > 1 && columns[0] === "") watch = indexWatch(name);
    if (!isNamed && wish.separator === "," && columns.length === 2) watch = decimalWatch(name);
    if (isNamed) return;
    head.forEach(take);
    store();
  };

  return {
    field(text, line) {
      at = line;
      if (first) return take(text);
      if (head.push(text) > MOST_COLUMNS) {
        const fact = `${name}, line ${line}: has more than ${MOST_COLUMNS} fields`;
        throw new DataError(`${fact}. Write one line a sample.`, { line });
      }
    },
    record(line) {
      at = line;
      if (first) store();
      else begin();
    },
    end() {
      if (!first) {
        const cure = "Write a line with the names of the columns, then one line a sample";
        throw new DataError(`${name}: is empty. ${cure}.`, { name });
      }
      if (first.judged.verdict() === "either") throw first.question;
      if (postponed) throw postponed;
      if (rows === 0) {
        const fact = `${name}: has names of columns but no rows`;
        throw new DataError(`${fact}. Write one line a sample.`, { name });
      }
      const shape = [rows, first.places.length];
      return {
        values: tensor(shape, values.end()),
        columns: first.wanted,
        notes: watch?.notes() ?? [],
      };
    },
  };
}
