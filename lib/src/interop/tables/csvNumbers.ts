import { DataError } from "../../core/errors.js";
import { integerReader, type LargeIntegers } from "../../core/files/largeIntegers.js";
import { quoted } from "../../core/printable.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { closestNames } from "../models/closestNames.js";
import { csvNumber, notANumber } from "./csvNumber.js";
import type { CsvTable } from "./parseCsv.js";

/** Place of a column. @throws DataError naming the columns that there are */
export function columnOf({ name, columns }: CsvTable, column: string): number {
  const at = columns.indexOf(column);
  if (at < 0) {
    const known = closestNames(column, columns);
    const fact = `${name}: there is no column ${quoted(column)}; there are ${known}`;
    throw new DataError(`${fact}. Name one of these.`, { column });
  }
  return at;
}

/**
 * Numbers of the named columns, [rows, columns].
 * @param integers  what becomes of whole numbers that no double equals (default "exact")
 * @throws DataError naming line and column of what is none
 */
export function csvNumbers(
  table: CsvTable,
  columns: readonly string[] = table.columns,
  integers: LargeIntegers = "exact",
): Tensor {
  const places = columns.map((column) => columnOf(table, column));
  const values = tensor([table.rows.length, places.length]);
  let [row, column] = [0, 0];
  const where = (): string =>
    `${table.name}, line ${table.lines[row]}, column ${quoted(columns[column])}`;
  const reader = integerReader(integers, () => `${where()}: the number`);
  for (row = 0; row < table.rows.length; row++) {
    for (column = 0; column < places.length; column++) {
      const field = table.rows[row][places[column]];
      const value = csvNumber(field, table.decimal, reader);
      if (Number.isNaN(value)) {
        const details = { line: table.lines[row], column: columns[column] };
        throw new DataError(`${where()}: ${notANumber(field, table.decimal)}`, details);
      }
      values.data[row * places.length + column] = value;
    }
  }
  return values;
}
