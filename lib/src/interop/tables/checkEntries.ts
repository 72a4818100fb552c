import { DataError } from "../../core/errors.js";

const CURE = "Save the rows that are wanted to a smaller file";

/** @throws DataError if there are more numbers than may be */
export function checkEntries(path: string, count: number, maximum: number): void {
  if (!(count <= maximum)) {
    const fact = `${path}: holds ${count} numbers, at most ${maximum} are read`;
    throw new DataError(`${fact}. ${CURE}.`, { path, count });
  }
}

/** The same where nobody has counted to the end. */
export function tooManyEntries(path: string, maximum: number): DataError {
  const fact = `${path}: holds more than ${maximum} numbers, at most that many are read`;
  return new DataError(`${fact}. ${CURE}.`, { path, maximum });
}
