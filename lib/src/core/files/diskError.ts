import { DataError } from "../errors.js";

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the device",
  EDQUOT: "the quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  ENOTDIR: "a file stands where a folder should be",
  EEXIST: "a file stands where a folder should be",
  EISDIR: "a folder stands where a file should be",
  EIO: "the device does not answer",
};

/** What a code of the system means, with the code. */
export const diskWords = (code: string): string =>
  `${WORDS[code] ?? "the system refuses"} (${code})`;

/** Whether there is no room, as opposed to no right. */
export const isFull = (code: string): boolean => code === "ENOSPC" || code === "EDQUOT";

/** The system's code of an error; undefined if the error is none of the system. */
export function diskCode(error: unknown): string | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return typeof code === "string" && syscall !== undefined ? code : undefined;
}

/** Runs `action`, which writes a file or folder. @throws DataError where the system refuses */
export function writing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = diskCode(error);
    if (code === undefined) throw error;
    const cure = isFull(code) ? "Free some space" : "Name a place that may be written";
    throw new DataError(`${path}: cannot be written, ${diskWords(code)}. ${cure}.`, {
      file: path,
      code,
    });
  }
}
