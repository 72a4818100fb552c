import type { TBranch } from "jsroot/tree";
import { DataError } from "../../../core/errors.js";
import { integerReader, type LargeIntegers } from "../../../core/files/largeIntegers.js";
import { quoted } from "../../../core/printable.js";
import { growingColumn, type GrowingColumn } from "./growingColumn.js";
import type { RootColumn } from "./rootColumn.js";

/** Takes the values of a branch, entry by entry. */
export interface ColumnWriter {
  push(value: unknown, entry: number): void;
  end(): RootColumn;
}

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/**
 * Makes a column of what jsroot reads of a branch: numbers, or lists of numbers.
 * @throws DataError by `push` for anything else, and for integers by the rule of `LargeIntegers`
 */
export function columnWriter(
  path: string,
  { fName, fLeaves }: TBranch,
  entries: number,
  integers: LargeIntegers,
): ColumnWriter {
  const what = `${path}: the branch ${quoted(fName)}`;
  let current = 0;
  const reader = integerReader(integers, () => `${what}: a number of entry ${current}`);
  let column: GrowingColumn | undefined;
  let single = false;
  const refuse = (value: unknown): never => {
    const kind =
      typeof value === "string"
        ? "text"
        : isList(value)
          ? "lists in lists"
          : (fLeaves?.arr?.[0]?._typename ?? "objects");
    const fact = `${what} holds ${kind} in entry ${current}, not numbers`;
    throw new DataError(`${fact}. Leave it out.`, { path, branch: fName });
  };
  const number = (value: unknown): number => {
    if (typeof value === "bigint") return reader.of(value);
    return typeof value === "number" || typeof value === "boolean" ? Number(value) : refuse(value);
  };
  return {
    push(value, entry) {
      current = entry;
      if (!column) {
        single = !isList(value);
        column = growingColumn(entries, single);
      }
      if (isList(value) === single) refuse(value);
      const items = single ? [value] : (value as ArrayLike<unknown>);
      const { values, at } = column.room(items.length);
      for (let k = 0; k < items.length; k++) values[at + k] = number(items[k]);
      column.close();
    },
    end: () => (column ?? growingColumn(0, true)).end(),
  };
}
