import { takes } from "../arguments/takes.js";
import { filePath, optional, record, tensorOf, text } from "../arguments/kinds.js";
import { atomicWrite } from "./atomicWrite.js";
import { DataError } from "../errors.js";
import { nodeModule } from "./nodeModule.js";
import { encodeNpy, npyPieces, parseNpy, type NpyDtype, type ParseNpyOptions } from "./npy.js";
import type { Tensor } from "../tensor.js";

/** Bytes that are read at a time. */
const PIECE = 2 ** 20;

/**
 * The array in a .npy file. @throws DataError naming the file if it is missing or damaged; see
 * `parseNpy`
 * @example
 * ```ts
 * import { core } from "phaselens";
 * core.writeNpy("table.npy", core.tensor([2, 3], [1, 2, 3, 4, 5, 6]));
 * console.log(core.readNpy("table.npy").shape); // → [ 2, 3 ]
 * ```
 */
export function readNpy(path: string, options: ParseNpyOptions = {}): Tensor {
  takes("readNpy", { path: [path, filePath], options: [options, record()] });
  const { closeSync, fstatSync, openSync, readFileSync, readSync } = nodeModule(
    "node:fs",
    "reading a file",
  );
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    const status = fstatSync(descriptor);
    // a pipe does not say how long it is
    if (!status.isFile()) return parseNpy(readFileSync(descriptor), path, options);
    const { size } = status;
    const pieces = npyPieces(size, path, options);
    const piece = new Uint8Array(Math.min(PIECE, size + 1));
    for (let count = -1; count !== 0;) {
      count = readSync(descriptor, piece);
      pieces.push(piece.subarray(0, count));
    }
    return pieces.end();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new DataError(
      `${path}: cannot be read (${code}). Check the path, or generate the file first.`,
      { file: path, code },
    );
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Writes an array as a .npy file, whole or not at all.
 * @param options.dtype  numbers of the file: "f8" (default), "f4" or an integer type that holds them
 */
export function writeNpy(path: string, array: Tensor, options: { dtype?: NpyDtype } = {}): void {
  takes("writeNpy", {
    path: [path, filePath],
    array: [array, tensorOf(["…"], "any")],
    options: [options, record({ dtype: optional(text) })],
  });
  atomicWrite(path, encodeNpy(array, options));
}
