import { dirname, join } from "node:path";
import { DataError, ShapeError } from "../../core/errors.js";
import { quoted } from "../../core/printable.js";
import { size, tensor, type Shape, type Tensor } from "../../core/tensor.js";
import type { Loss } from "../../nn/losses/loss.js";
import { lossOfOutput } from "../../nn/losses/lossTypes.js";
import { readModelJson } from "./modelJson.js";
import { networkFormat, readNetwork, type SavedNetwork } from "./savedNetwork.js";
import { channelsFirst, channelsLast, lastShape } from "./tfjs/channelOrder.js";
import { readTfjsModel } from "./tfjs/readTfjsModel.js";

/** A trained model from a file, whichever of the formats it has. */
export interface ModelFile extends SavedNetwork {
  readonly format: "TensorFlow.js" | "phaselens";
  /** What was minimised: the loss that the file names, or that of the output function. */
  readonly loss: Loss;
  /**
   * Shape of a sample as the user of the model knows it: channels last for TensorFlow.js. Undefined
   * if it is open.
   */
  readonly sampleShape: Shape | undefined;
  /**
   * Samples in the user's order as the network here reads them. Axes of extent 1 may be missing or
   * too many.
   * @throws ShapeError
   */
  arrange(x: Tensor, what: string): Tensor;
  /** Relevance of the samples in the user's order again, in the shape that they had. */
  restore(relevance: Tensor, shape: Shape): Tensor;
  readonly notes: readonly string[];
  /** What was read, for provenance. */
  readonly files: readonly string[];
}

/**
 * Reads a model: `model.json` of TensorFlow.js, or what `saveNetwork` wrote.
 * @throws DataError if the file is not there, damaged, or of neither format; ConfigError for layers
 *   that there are not here
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
export function readModel(path: string): ModelFile {
  const json = readTopology(path);
  if (json.format === networkFormat) {
    const saved = readNetwork(path);
    const files = [path, join(dirname(path), String(json.parameters))];
    const { inputShape: sampleShape, output, loss = lossOfOutput(output) } = saved;
    return {
      ...saved,
      format: "phaselens",
      loss,
      sampleShape,
      notes: [],
      files,
      ...orders(sampleShape, false),
    };
  }
  if (!("modelTopology" in json)) throw otherJson(path, json);
  const { network, theta, inputShape, output, notes } = readTfjsModel(path);
  const groups = json.weightsManifest as readonly { readonly paths: readonly string[] }[];
  const files = [
    path,
    ...groups.flatMap(({ paths }) => paths.map((name) => join(dirname(path), name))),
  ];
  const sampleShape = lastShape(inputShape);
  const loss = lossOfOutput(output);
  return {
    network,
    theta,
    inputShape,
    output,
    notes,
    format: "TensorFlow.js",
    loss,
    sampleShape,
    files,
    ...orders(sampleShape, true),
  };
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

const longer = (shape: Shape): string => shape.filter((extent) => extent !== 1).join();

function orders(wanted: Shape | undefined, last: boolean): Pick<ModelFile, "arrange" | "restore"> {
  const spatial = last && wanted !== undefined && wanted.length > 1;
  return {
    arrange(x, what) {
      const [n, ...sample] = x.shape;
      if (x.shape.length < 2) {
        throw new ShapeError(
          `${what}: has shape [${x.shape}]; samples are expected as [n, …]. Give each sample a row.`,
          { shape: x.shape },
        );
      }
      // a table is flat: its columns in row-major order are the sample
      const flat = sample.length === 1 && wanted !== undefined && sample[0] === size(wanted);
      if (wanted && longer(sample) !== longer(wanted) && !flat) {
        throw new ShapeError(
          `${what}: samples have shape [${sample}], the model reads [${wanted}]. Save the data as [n, ${wanted.join(", ")}].`,
          { sample, wanted },
        );
      }
      const shaped = wanted ? tensor([n, ...wanted], x.data) : x;
      return spatial ? channelsFirst(shaped) : shaped;
    },
    restore: (relevance, shape) =>
      tensor(shape, (spatial ? channelsLast(relevance) : relevance).data),
  };
}
