import { ConfigError, PhaselensError } from "../core/errors.js";
import { diskWords, isFull } from "../core/files/diskError.js";

/**
 * Runs `action` on a file; where the system refuses, says what it means and that finished work is
 * safe.
 * @throws ConfigError
 */
export function onDisk<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof PhaselensError || typeof code !== "string") throw error;
    const cure = isFull(code) ? "Free some space" : "Choose a folder that can be written (--out)";
    const safe = "then run the same command again: what is finished is kept";
    throw new ConfigError(`${file}: cannot be used, ${diskWords(code)}. ${cure}, ${safe}.`, {
      file,
      code,
    });
  }
}

/** Whether an error came from `onDisk`, in this thread or another. */
export function isDiskError(error: unknown): boolean {
  return (
    error instanceof ConfigError &&
    typeof error.details.code === "string" &&
    typeof error.details.file === "string"
  );
}
