import { z } from "zod";
import { DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import { readModelJson } from "../modelJson.js";
import { kerasGraph } from "./graph.js";
import { parse } from "./parse.js";
import { roleOf } from "./fromTfjs.js";
import {
  importModel,
  type ImportedModel,
  type ImportOptions,
  type WeightLookup,
} from "./importModel.js";
import { readWeightFiles, weightsManifest, type NamedWeight } from "./weightFiles.js";

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
  const graph = kerasGraph(modelTopology, path);
  const weights = readWeightFiles(path, manifest, maximumBytes);
  return importModel(graph, lookup(weights, graph.models, path), path, options);
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

/**
 * Weights are named "layer/role"; converters and Keras put names of models and scopes before and
 * between. Of several that may be meant, those of another shape and those in a model that the layer
 * is not in are none; then the one in most of the layer's models is taken.
 */
function lookup(
  weights: ReadonlyMap<string, NamedWeight>,
  models: ReadonlySet<string>,
  path: string,
): WeightLookup {
  const byOwner = new Map<string, string[]>();
  for (const name of weights.keys()) {
    for (const owner of new Set(name.split("/").slice(0, -1))) {
      const key = JSON.stringify([owner, roleOf(name)]);
      byOwner.set(key, [...(byOwner.get(key) ?? []), name]);
    }
  }
  return ({ name: layer, scope }, role, shape) => {
    const all = byOwner.get(JSON.stringify([layer, role])) ?? [];
    if (all.length < 2) return weights.get(all[0]);
    const plain = all.find((name) => name.replace(/:0$/, "") === `${layer}/${role}`);
    if (models.size === 0 && plain !== undefined) return weights.get(plain);
    const modelsOf = (name: string): string[] => name.split("/").filter((one) => models.has(one));
    const fitting = all.filter((name) => weights.get(name)!.shape.join() === shape.join());
    const own = fitting.filter((name) => modelsOf(name).every((model) => scope.includes(model)));
    const most = Math.max(...own.map((name) => modelsOf(name).length));
    const names = own.filter((name) => modelsOf(name).length === most);
    if (names.length === 1) return weights.get(names[0]);
    const several = all.map((name) => quoted(name)).join(" and ");
    const fact = `${several} may both be "${role}" of ${layer}`;
    throw new DataError(`${path}: ${fact}. Rename one.`, { names: all });
  };
}
