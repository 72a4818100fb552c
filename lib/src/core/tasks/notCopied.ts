import { ConfigError } from "../errors.js";

/**
 * What is thrown for an error of copying something between threads: one that says what and why, or
 * the error itself where it is another.
 */
export function notCopied(what: string, error: unknown): unknown {
  if ((error as Error).name !== "DataCloneError") return error;
  return new ConfigError(
    `parallelMap: ${what} cannot be copied: ${(error as Error).message} Use numbers, texts, arrays, typed arrays and plain objects of them.`,
  );
}
