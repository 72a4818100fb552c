import type { TBranch } from "jsroot/tree";
import { DataError } from "../core/errors.js";
import type { RootColumn } from "./rootColumn.js";

/** Takes the values of a branch, entry by entry. */
export interface ColumnWriter {
  push(value: unknown, entry: number): void;
  end(): RootColumn;
}

/** Columns grow by doubling: how long the lists are is known only when all are read. */
export function columnWriter(path: string, { fName, fLeaves }: TBranch, entries: number): ColumnWriter {
  const flat = new Float64Array(entries);
  let values = new Float64Array(0);
  let offsets: Int32Array | undefined;
  let [row, used] = [0, 0];
  const refuse = (value: unknown, entry: number): never => {
    const kind = typeof value === "string" ? "text" : `${fLeaves?.arr[0]?._typename ?? "objects"}`;
    const fact = `${path}: the branch "${fName}" holds ${kind} in entry ${entry}, not numbers`;
    throw new DataError(`${fact}. Leave it out.`, { path, branch: fName });
  };
  const number = (value: unknown, entry: number): number =>
    typeof value === "number" ? value : typeof value === "boolean" || typeof value === "bigint" ? Number(value) : refuse(value, entry);
  const isList = (value: unknown): value is ArrayLike<unknown> =>
    Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  return {
    push(value, entry) {
      if (row === 0 && isList(value)) offsets = new Int32Array(entries + 1);
      if (isList(value) !== Boolean(offsets)) refuse(value, entry);
      if (!offsets) flat[row] = number(value, entry);
      else {
        const list = value as ArrayLike<unknown>;
        if (used + list.length > values.length) {
          const grown = new Float64Array(Math.max(2 * values.length, used + list.length, 4 * entries));
          grown.set(values);
          values = grown;
        }
        for (let k = 0; k < list.length; k++) values[used++] = number(list[k], entry);
        offsets[row + 1] = used;
      }
      row++;
    },
    end: () => (offsets ? { values: values.slice(0, used), offsets } : flat),
  };
}
