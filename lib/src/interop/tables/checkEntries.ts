import { DataError } from "../../core/errors.js";

/** @throws DataError if there are more numbers than may be */
export function checkEntries(path: string, count: number, maximum: number): void {
  if (!(count <= maximum)) {
    const fact = `${path}: holds ${count} numbers, at most ${maximum} are read`;
    throw new DataError(`${fact}. Save the rows that are wanted to a smaller file.`, {
      path,
      count,
    });
  }
}
