import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataError } from "../../core/errors.js";
import {
  firstBytes,
  otherFormat,
  recognise,
  type FileFormat,
} from "../../core/files/fileFormat.js";

/** A topology is text; the largest have a few megabytes. */
const LARGEST = 2 ** 26;

/** What is meant, and what to do where it is not there. */
export interface WantedJson {
  /** With its article: "a model.json of TensorFlow.js". */
  readonly what: string;
  /** A sentence without its point: "Name the model.json of a saved model". */
  readonly cure: string;
}

/**
 * The JSON of a model.
 * @throws DataError for a file that is not there, is of another kind (named for what it is, with
 *   what makes something of it that is read), too large, or no JSON
 */
export function readModelJson(path: string, wanted: WantedJson): unknown {
  return modelJsonOf(readText(path, wanted), path, wanted.cure);
}

/** The same of its text. */
export function modelJsonOf(text: string, path: string, cure: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key !== "__proto__") return value;
      const fact = `${path}: has a key "__proto__", which no model has`;
      throw new DataError(`${fact}. Do not use this file.`, { key });
    });
  } catch (error) {
    if (error instanceof DataError) throw error;
    const why = text === "" ? "is empty" : `is no JSON (${(error as Error).message})`;
    throw new DataError(`${path}: ${why}. ${cure}.`, { path });
  }
}

function readText(path: string, wanted: WantedJson): string {
  try {
    const { size } = checkedFile(path, wanted);
    checkKind(path, wanted);
    if (size > LARGEST) {
      const fact = `${path}: has ${size} bytes, a model's JSON has at most ${LARGEST}`;
      throw new DataError(`${fact}. Name the JSON, not its weights.`, { size });
    }
    return readFileSync(path, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    if (error instanceof DataError) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new DataError(`${path}: cannot be read (${why}). ${wanted.cure}.`, { path });
  }
}

/** @throws DataError for a folder, naming the model in it */
function checkedFile(path: string, wanted: WantedJson): { readonly size: number } {
  const status = statSync(path);
  if (!status.isDirectory()) return status;
  if (existsSync(join(path, "saved_model.pb"))) checkKind(join(path, "saved_model.pb"), wanted);
  const { what, cure } = wanted;
  const inside = existsSync(join(path, "model.json")) ? ` It has a model.json: name that.` : "";
  throw new DataError(`${path}: is a folder, not ${what}.${inside || ` ${cure}.`}`, { path });
}

/** The line of Python that makes a model of a program. */
const toOnnx = (program: string, more = ", dynamo=False"): string =>
  `In Python: torch.onnx.export(${program}, example, "model.onnx"${more}).`;
const tensorsAlone = (cure: string): string =>
  `It holds tensors and no layers: ${cure}. Or i${toOnnx("model").slice(1)}`;
const loaded = tensorsAlone("build the network and give it what readTensors reads, loadParameters");

/** What to do with kinds of files that are read elsewhere, where a model is wanted. */
const cures: Partial<Record<FileFormat["format"], string>> = {
  hdf5: "If Keras wrote it, read it with readModel.",
  pytorch: loaded,
  "pytorch-legacy": loaded,
  safetensors: loaded,
  npz: tensorsAlone("build the network and give it what readArray reads, loadParameters"),
  npy: tensorsAlone("build the network and put into θ what readArray gives"),
  torchscript: toOnnx('torch.jit.load("model.pt")'),
  "torch-export": toOnnx('torch.export.load("model.pt2")', ""),
  "saved-model":
    'In Python: tf_keras.models.load_model("folder").save("model.h5"), or without Keras ' +
    "python -m tf2onnx.convert --saved-model folder --output model.onnx.",
  pickle: toOnnx('torch.load("model.pkl", weights_only=False)'),
};

function checkKind(path: string, { what, cure }: WantedJson): void {
  const head = firstBytes(path);
  const found = recognise(head);
  if (!found || found.format === "json") return;
  const own = cures[found.format];
  if (own === undefined) throw otherFormat(path, head, what, `${cure}.`);
  throw new DataError(`${path}: is not ${what} but ${found.name}. ${own}`, {
    path,
    format: found.format,
  });
}
