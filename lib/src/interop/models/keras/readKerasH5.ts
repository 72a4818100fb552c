import { DataError } from "../../../core/errors.js";
import { openHdf5 } from "../../tables/hdf5/hdf5File.js";
import { modelJsonOf } from "../modelJson.js";
import { kerasGraph } from "../tfjs/graph.js";
import { importModel, type ImportedModel } from "../tfjs/importModel.js";
import type { ReadTfjsOptions } from "../tfjs/readTfjsModel.js";
import { weightLookup } from "../tfjs/weightLookup.js";
import { heldWeights } from "./heldWeights.js";

/** The topology is text; the largest have a few megabytes. */
const LONGEST = 2 ** 26;
const GROUP = "model_weights/";

/**
 * A model that Keras 2 or 3 saved as `.h5`: an HDF5 file with the topology as a text beside its
 * first group, and weights by their names in the group model_weights.
 * @throws DataError for files of weights alone and damaged ones; else as `fromTfjs`
 */
export async function readKerasH5(
  path: string,
  { maximumBytes = 2 ** 30, ...options }: ReadTfjsOptions = {},
): Promise<ImportedModel> {
  const file = await openHdf5(path);
  try {
    const text = await file.text("model_config");
    if (text === undefined || text.length > LONGEST) {
      const fact = text === undefined ? "has no model_config" : "has too long a model_config";
      const cure = 'If it holds the weights of a Keras model, save it whole: model.save("m.keras")';
      throw new DataError(`${path}: is an HDF5 file that ${fact}. ${cure}.`, { path });
    }
    const json = modelJsonOf(text, `${path}: model_config`, "Save the model with model.save");
    const version = await file.text("keras_version");
    const graph = kerasGraph(json, path, { ...options, ...(version && { version }) });
    const weights = await heldWeights(file, path, maximumBytes, (name) =>
      name.startsWith(GROUP) ? name.slice(GROUP.length) : undefined,
    );
    return importModel(graph, weightLookup(weights, graph.models, path), path, options);
  } finally {
    file.close();
  }
}
