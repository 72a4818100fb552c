import { closeSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import type { ExternalBytes } from "./tensorData.js";

/**
 * Numbers that a model keeps in other files, as large ones do: such files must lie in the folder
 * of the model or below it, links followed, and must be as long as is claimed.
 * @param files  gets the path of each, for provenance
 */
export function externalFiles(model: string, files: Set<string>): ExternalBytes {
  return (file, start, length, tensor) => {
    const title = `${model}: tensor ${quoted(tensor)}`;
    const path = insideFolder(model, file, title);
    const { size } = statSync(path);
    if (start + length > size) {
      throw new DataError(
        `${title}: claims ${length} bytes from byte ${start} of ${quoted(file)} on, which has ${size}. The files do not belong together; fetch both again.`,
        { file, size },
      );
    }
    files.add(path);
    const bytes = new Uint8Array(length);
    const handle = openSync(path, "r");
    try {
      for (let at = 0; at < length;) {
        const read = readSync(handle, bytes, at, length - at, start + at);
        if (read === 0) throw new DataError(`${title}: ${quoted(file)} ended while it was read.`);
        at += read;
      }
    } finally {
      closeSync(handle);
    }
    return bytes;
  };
}

function insideFolder(model: string, file: string, title: string): string {
  try {
    const folder = realpathSync(dirname(resolve(model)));
    const path = realpathSync(resolve(folder, file));
    if (path.startsWith(folder + sep) && statSync(path).isFile()) return path;
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new DataError(
      `${title}: its numbers are in ${quoted(file)}, which cannot be read (${why}). Put that file beside the model.`,
      { file },
    );
  }
  throw new DataError(
    `${title}: its numbers are in ${quoted(file)}, which is no file in the model's folder. Nothing outside is read; save the model again with onnx.save.`,
    { file },
  );
}
