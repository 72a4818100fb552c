import { ConfigError, PhaselensError } from "../core/errors.js";

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the device",
  EDQUOT: "the quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  ENOTDIR: "a file stands where a folder should be",
  EEXIST: "a file stands where a folder should be",
  EISDIR: "a folder stands where a file should be",
};
const FULL = ["ENOSPC", "EDQUOT"];

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
    const cure = FULL.includes(code)
      ? "Free some space"
      : "Choose a folder that can be written (--out)";
    const safe = "then run the same command again: what is finished is kept";
    throw new ConfigError(
      `${file}: cannot be used, ${WORDS[code] ?? "the system refuses"} (${code}). ${cure}, ${safe}.`,
      { file, code },
    );
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
