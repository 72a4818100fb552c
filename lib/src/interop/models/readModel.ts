import { dirname, join } from "node:path";
import { DataError } from "../../core/errors.js";
import { quoted } from "../../core/printable.js";
import type { Loss } from "../../nn/losses/loss.js";
import { lossOfOutput } from "../../nn/losses/lossTypes.js";
import { modelInputs, type ModelInputs } from "./modelInputs.js";
import { readModelJson } from "./modelJson.js";
import { networkFormat, readNetwork, type SavedNetwork } from "./savedNetwork.js";
import { lastShape } from "./tfjs/channelOrder.js";
import { readTfjsModel, type ReadTfjsOptions } from "./tfjs/readTfjsModel.js";

/** A trained model from a file, whichever of the formats it has. */
export interface ModelFile extends SavedNetwork, ModelInputs {
  readonly format: "TensorFlow.js" | "phaselens";
  /** What was minimised: the loss that the file names, or that of the output function. */
  readonly loss: Loss;
  readonly notes: readonly string[];
  /** What was read, for provenance. */
  readonly files: readonly string[];
}

/**
 * Reads a model: `model.json` of TensorFlow.js, or what `saveNetwork` wrote. A softmax or sigmoid
 * at the end is taken off and named by `output`; `pack` makes of the user's samples what `network`
 * reads, and `unpack` brings relevance back.
 * @param options  of models of TensorFlow.js, as `fromTfjs` takes them: `layers` for classes that
 *   there are not here, and others (default: none)
 * @throws DataError if the file is not there, damaged, or of neither format; ConfigError for layers
 *   that there are not here (the promise is rejected)
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
export async function readModel(path: string, options?: ReadTfjsOptions): Promise<ModelFile> {
  const json = await Promise.resolve(readTopology(path));
  if (json.format === networkFormat) return ownModel(path, json);
  if ("modelTopology" in json) return tfjsModel(path, json, options);
  throw otherJson(path, json);
}

function ownModel(path: string, json: Record<string, unknown>): ModelFile {
  const saved = readNetwork(path);
  const { inputShape: shape, loss = lossOfOutput(saved.output) } = saved;
  const files = [path, join(dirname(path), String(json.parameters))];
  const inputs = modelInputs([{ name: "input", shape }], "first");
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
  const inputs = modelInputs([{ name: "input", shape: lastShape(model.inputShape) }], "last");
  const loss = lossOfOutput(model.output);
  return { ...model, ...inputs, format: "TensorFlow.js", loss, files: [path, ...weights] };
}

const wanted = {
  what: "a model.json of TensorFlow.js or a network of saveNetwork",
  cure: "Name the JSON of a saved model",
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
