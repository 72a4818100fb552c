import { z } from "zod";
import { DataError } from "../../../core/errors.js";
import { readModelJson } from "../modelJson.js";
import { kerasGraph } from "./graph.js";
import { parse } from "./parse.js";
import { importModel, type ImportedModel, type ImportOptions } from "./importModel.js";
import { readWeightFiles, weightsManifest } from "./weightFiles.js";
import { weightLookup } from "./weightLookup.js";

/** Options of `readModel` for models of TensorFlow.js. */
export interface ReadTfjsOptions extends ImportOptions {
  /** Most bytes of weights that are read (default 1 GiB). */
  readonly maximumBytes?: number;
}

const wanted = {
  what: "a model.json of TensorFlow.js",
  cure: "Name the model.json of a saved model",
};

const schema = z.looseObject({
  format: z.string().nullish(),
  modelTopology: z.looseObject({}),
  weightsManifest,
});

/**
 * A saved model of TensorFlow.js, `model.json` with its weights beside it, without TensorFlow.js:
 * written by `model.save`, by Python's tensorflowjs_converter from Keras 2, or by `saveTfjsModel`.
 * Weights may be quantised. Layers as in `fromTfjs`.
 *
 * @param path  of model.json
 * @throws DataError for a file that is damaged, a graph model, or names files outside of its
 *   folder; else as `fromTfjs`
 */
export function readTfjsModel(
  path: string,
  { maximumBytes = 2 ** 30, ...options }: ReadTfjsOptions = {},
): ImportedModel {
  const {
    format,
    modelTopology,
    weightsManifest: manifest,
  } = parse(schema, refuseGraph(readModelJson(path, wanted), path), path, "");
  if (typeof format === "string" && format !== "layers-model") {
    throw new DataError(
      `${path}: has the format ${JSON.stringify(format)}, "layers-model" is read. Save it with model.save.`,
    );
  }
  const graph = kerasGraph(modelTopology, path, options);
  const weights = readWeightFiles(path, manifest, maximumBytes);
  return importModel(graph, weightLookup(weights, graph.models, path), path, options);
}

function refuseGraph(json: unknown, path: string): unknown {
  const { format, modelTopology: topology } = (json ?? {}) as {
    format?: unknown;
    modelTopology?: { node?: unknown } | null;
  };
  if (format !== "graph-model" && !Array.isArray(topology?.node)) return json;
  throw new DataError(
    `${path}: is a graph model, a list of operations without layers. ` +
      "Convert the Keras model itself, with --output_format=tfjs_layers_model.",
    { path },
  );
}
