import { takes } from "../../core/arguments/takes.js";
import { filePath } from "../../core/arguments/kinds.js";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ConfigError, DataError } from "../../core/errors.js";
import { firstBytes, recognise } from "../../core/files/fileFormat.js";
import { quoted } from "../../core/printable.js";
import type { Loss } from "../../nn/losses/loss.js";
import { lossOfOutput } from "../../nn/losses/lossTypes.js";
import { onnxOptions, tfjsOptions } from "./arguments.js";
import { isForestFile } from "../trees/readForest.js";
import { isOnnxFile, readOnnxFile } from "./onnx/onnxFile.js";
import type { OnnxModel, OnnxOptions } from "./onnx/fromOnnx.js";
import { modelInputs, withoutMasks, type ModelInputs } from "./modelInputs.js";
import { readModelJson } from "./modelJson.js";
import { networkFormat, readNetwork, type SavedNetwork } from "./savedNetwork.js";
import { readKerasArchive } from "./keras/readKerasArchive.js";
import { readKerasH5 } from "./keras/readKerasH5.js";
import type { ImportedModel } from "./tfjs/importModel.js";
import { readTfjsModel, type ReadTfjsOptions } from "./tfjs/readTfjsModel.js";

/** What is known of models of ONNX and Keras. */
type OnnxFacts = Pick<OnnxModel, "outputs" | "head" | "masks" | "parameters">;

/** A trained model from a file, whichever of the formats it has. */
export interface ModelFile extends SavedNetwork, ModelInputs, Partial<OnnxFacts> {
  readonly format: "TensorFlow.js" | "Keras" | "ONNX" | "phaselens";
  /**
   * The loss that the file names, or that of the output function. No ONNX file says what was
   * minimised: where that matters, `explain` with training data and `audit`, the command line asks.
   */
  readonly loss: Loss;
  readonly notes: readonly string[];
  /** What was read, for provenance. */
  readonly files: readonly string[];
}

/** Options of `readModel`, each of one of its formats. */
export interface ReadModelOptions extends ReadTfjsOptions, OnnxOptions {}

/**
 * Reads a model, by its first bytes: an `.onnx` file, `.keras` or `.h5` of Keras 2 and 3,
 * `model.json` of TensorFlow.js, or what `saveNetwork` wrote. A softmax or sigmoid at the end is
 * taken off and named by `output`; `pack` makes of the user's samples what `network` reads, and
 * `unpack` brings relevance back.
 * @param options  `extents` of open inputs, `head` and `masks`; of models of Keras and TensorFlow.js
 *   as `fromTfjs` takes them, `layers` for classes that there are not here, and others (default:
 *   none)
 * @throws DataError if the file is not there, damaged, or of none of these formats; ConfigError for
 *   layers that there are not here (the promise is rejected)
 * @example
 * ```ts
 * import { interop, nn } from "phaselens";
 * const network = nn.sequential([nn.dense(2, 1)]);
 * const theta = Float64Array.of(1, 2, 3);
 * interop.saveNetwork("model.json", { network, theta, output: "linear" });
 * const model = await interop.readModel("model.json");
 * console.log(Array.from(model.theta)); // → [ 1, 2, 3 ]
 * ```
 */
export async function readModel(path: string, options: ReadModelOptions = {}): Promise<ModelFile> {
  takes("readModel", { path: [path, filePath] });
  takes("readModel", { options: [options, onnxOptions] });
  takes("readModel", { options: [options, tfjsOptions] });
  refuseTrees(path);
  if (isOnnxFile(path)) return onnxFile(path, options);
  const kerasReader = readerOfKeras(path);
  if (kerasReader) return kerasModel("Keras", await kerasReader(path, options), [path]);
  const json = readTopology(path);
  if (json.format === networkFormat) {
    refuseOptions(path, options);
    return ownModel(path, json);
  }
  if ("modelTopology" in json) return tfjsModel(path, json, options);
  throw otherJson(path, json);
}

/** @throws ConfigError for what `readForest` reads */
function refuseTrees(path: string): void {
  if (!isForestFile(path)) return;
  const cure = "Read it with readForest; phaselens explain takes it as it is";
  throw new ConfigError(`${path}: is a model of trees, which is no network. ${cure}.`, { path });
}

function onnxFile(path: string, options: OnnxOptions): ModelFile {
  const model = readOnnxFile(path, options);
  return { ...model, format: "ONNX", loss: lossOfOutput(model.output) };
}

/** What reads a model of Keras itself; undefined for other files. */
function readerOfKeras(path: string): typeof readKerasH5 | undefined {
  const format = existsSync(path) && statSync(path).isFile() && recognise(firstBytes(path))?.format;
  if (format === "hdf5") return readKerasH5;
  return format === "keras" ? readKerasArchive : undefined;
}

/** @throws ConfigError for options that say something of the inputs of a model from elsewhere */
function refuseOptions(path: string, options: ReadModelOptions): void {
  const own = (["extents", "head", "masks"] as const).find((name) => options[name] !== undefined);
  if (own === undefined) return;
  throw new ConfigError(
    `${path}: is a network of saveNetwork, and ${own} is for models from elsewhere. Leave it out.`,
    { option: own },
  );
}

function ownModel(path: string, json: Record<string, unknown>): ModelFile {
  const saved = readNetwork(path);
  const { inputShape: shape, loss = lossOfOutput(saved.output) } = saved;
  const files = [path, join(dirname(path), String(json.parameters))];
  const inputs = modelInputs(saved.network.inputs ?? [{ name: "input", shape }], "first");
  return { ...saved, ...inputs, format: "phaselens", loss, notes: [], files };
}

function tfjsModel(
  path: string,
  json: Record<string, unknown>,
  options?: ReadTfjsOptions,
): ModelFile {
  const model = readTfjsModel(path, options);
  const groups = json.weightsManifest as readonly { readonly paths: readonly string[] }[];
  const weights = groups.flatMap(({ paths }) => paths.map((name) => join(dirname(path), name)));
  return kerasModel("TensorFlow.js", model, [path, ...weights]);
}

function kerasModel(
  format: "TensorFlow.js" | "Keras",
  model: ImportedModel,
  files: readonly string[],
): ModelFile {
  const { network, inputs, masks } = model;
  const named = (network.inputs ?? inputs).map(({ name }) =>
    inputs.find((own) => own.name === name)!,
  );
  const ways = modelInputs(named, "last");
  return {
    ...model,
    ...ways,
    unpack: (relevance) => withoutMasks(ways.unpack(relevance), masks),
    format,
    loss: lossOfOutput(model.output),
    files,
  };
}

const wanted = {
  what: "a model of ONNX, Keras, TensorFlow.js or saveNetwork",
  cure: "Name an .onnx, .keras or .h5 file, or the JSON of a saved model",
};

function readTopology(path: string): Record<string, unknown> {
  const json = readModelJson(path, wanted);
  if (typeof json === "object" && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>;
  throw new DataError(`${path}: holds no model. ${wanted.cure}.`, { path });
}

/** What is known of JSON that is no model. */
function otherJson(path: string, json: Record<string, unknown>): DataError {
  if ("class_name" in json && "config" in json) {
    const line = 'tensorflowjs.converters.save_keras_model(model, "model")';
    return new DataError(
      `${path}: is the topology of a Keras model without its weights. In Python: ${line}.`,
      { path },
    );
  }
  const fact = "is neither a model.json of TensorFlow.js nor a network of saveNetwork";
  const own = typeof json.format === "string" ? ` (its format is ${quoted(json.format)})` : "";
  return new DataError(`${path}: ${fact}${own}. Save the model with model.save or saveNetwork.`, {
    path,
  });
}
