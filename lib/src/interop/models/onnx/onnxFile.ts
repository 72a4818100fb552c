import { readFileSync, statSync } from "node:fs";
import { DataError } from "../../../core/errors.js";
import { firstBytes, recognise } from "../../../core/files/fileFormat.js";
import { externalFiles } from "./externalFiles.js";
import {
  onnxModel,
  inputsOfFile,
  type OnnxModel,
  type OnnxOptions,
  type OpenInput,
} from "./fromOnnx.js";

/** Bytes of a file, at most: ONNX itself allows 2 GiB, with weights in other files beyond. */
const LARGEST = 2 ** 30;

/** Whether a file is an ONNX model, by its ending or its first bytes. */
export function isOnnxFile(path: string): boolean {
  try {
    const { format } = recognise(firstBytes(path)) ?? {};
    return format === "onnx" || (format === undefined && path.toLowerCase().endsWith(".onnx"));
  } catch {
    // what cannot be read is refused by those who read it
    return false;
  }
}

/** Names of the inputs of an ONNX model, and whether its file leaves extents of each open. */
export function onnxInputs(path: string): readonly OpenInput[] {
  checkSize(path);
  return inputsOfFile(readFileSync(path), path);
}

/** A model of an ONNX file, and the files that it was read from. */
export interface OnnxFileModel extends OnnxModel {
  readonly files: readonly string[];
}

/** Reads an ONNX model and the weights that it keeps in files beside it. */
export function readOnnxFile(path: string, options: OnnxOptions): OnnxFileModel {
  checkSize(path);
  const files = new Set<string>();
  const source = { path, external: externalFiles(path, files) };
  const model = onnxModel(readFileSync(path), options, source);
  return { ...model, files: [path, ...files] };
}

/** @throws DataError for a file that is too large */
function checkSize(path: string): void {
  const { size } = statSync(path);
  if (size > LARGEST)
    throw new DataError(
      `${path}: has ${size} bytes, at most ${LARGEST} are read. Keep its weights in files beside it: onnx.save(model, "model.onnx", save_as_external_data=True).`,
      { size },
    );
}
