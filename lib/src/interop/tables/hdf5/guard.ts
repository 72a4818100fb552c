import { DataError, PhaselensError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import { allowanceFor, foreign } from "../thread/foreignWork.js";

interface Library {
  activate_throwing_error_handler(): number;
  deactivate_throwing_error_handler(): number;
}

/** Calls the HDF5 library with its errors as exceptions, in place of long prints. */
export type Guard = <T>(action: () => T, more?: GuardOptions) => T;

export interface GuardOptions {
  /** A reason that is looked for where the action fails, two sentences. */
  readonly explain?: () => string | undefined;
  /** The dataset that it belongs to. */
  readonly name?: string;
  /** What is read beside the file itself. */
  readonly bytes?: number;
}

/** What the library says in other words, and the cure that belongs to it. */
const known: readonly (readonly [pattern: RegExp, fact: string, cure: string])[] = [
  [
    /already open for (?:write|SWMR)/,
    "is marked as being written to",
    "Close the program that writes it, or if it ended early run h5clear -s on a copy",
  ],
  [
    /external raw data file|external file/,
    "has its numbers in another file, which cannot be opened",
    "Put that file where it was, or write the dataset without external storage",
  ],
  [
    /datatype has unusually large # of unused bits/,
    "has a type of numbers with more unused bits than used ones, which the HDF5 library refuses",
    "Write it as an integer or float of 1 to 8 bytes",
  ],
  [
    /required filter .* is not registered/,
    "is packed by a filter that is not read",
    "Write it again with gzip: h5repack -f GZIP=4 in.h5 out.h5",
  ],
  [
    /bad (?:superblock|version number)|unknown (?:superblock|version)/,
    "is of a version that is not known",
    'It is damaged, or newer than HDF5 2.0; write it again with libver="v110"',
  ],
];

/**
 * Errors of the library as DataError: by what it says deepest in its stack.
 * @param fileBytes  bytes of the file, which what a call may take goes by
 */
export function hdf5Guard(library: Library, path: string, fileBytes: number): Guard {
  const refuse = (error: unknown, reason: string | undefined, name: string | undefined): never => {
    if (error instanceof PhaselensError) throw error;
    const what = name === undefined ? path : `${path}: ${quoted(name)}`;
    if (reason !== undefined) throw new DataError(`${what} ${reason}`, { path, name });
    const text = String((error as Error)?.message ?? error);
    const [, fact, cure] = known.find(([pattern]) => pattern.test(text)) ?? [];
    if (fact !== undefined) throw new DataError(`${what} ${fact}. ${cure}.`, { path, name });
    const why = `cannot be read as HDF5 (${deepest(text).slice(0, 200)})`;
    throw new DataError(`${what}: ${why}. It is truncated or damaged; fetch it again.`, {
      path,
      name,
    });
  };
  return (action, { explain, name, bytes = 0 } = {}) => {
    library.activate_throwing_error_handler();
    try {
      return foreign(allowanceFor(fileBytes + bytes), action);
    } catch (error) {
      let reason: string | undefined;
      try {
        reason = explain?.();
      } catch {
        reason = undefined; // what is damaged may not say that either
      }
      return refuse(error, reason, name);
    } finally {
      library.deactivate_throwing_error_handler();
    }
  };
}

/** The innermost sentence of the stack of errors, but for the search for plug-ins. */
function deepest(text: string): string {
  const lines = text.split("\n").filter((line) => /\(\): /.test(line) && !/H5PL/.test(line));
  return (lines.at(-1) ?? text.trim().split("\n").at(-1) ?? "").replace(/^.*?\(\): /, "").trim();
}
