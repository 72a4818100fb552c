import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { DataError } from "../../core/errors.js";
import { kerasGraph, parse } from "./graph.js";
import { roleOf } from "./fromTfjs.js";
import { importModel, type ImportedModel, type ImportOptions } from "./importModel.js";
import { readWeightFiles, weightsManifest, type NamedWeight } from "./weightFiles.js";

export interface ReadTfjsOptions extends ImportOptions {
  /** Most bytes of weights that are read (default 1 GiB). */
  readonly maximumBytes?: number;
}

/** A topology is text; the largest published ones have a few megabytes. */
const MOST_TOPOLOGY = 2 ** 26;

const schema = z.looseObject({
  format: z.string().nullish(),
  modelTopology: z.looseObject({}),
  weightsManifest,
});

/**
 * A saved model of TensorFlow.js, `model.json` with its weights beside it, without TensorFlow.js: written by `model.save`, by Python's
 * tensorflowjs_converter from Keras 2, or by `saveTfjsModel`. Weights may be quantised. Layers as in `fromTfjs`.
 *
 * @param path  of model.json
 * @throws DataError for a file that is damaged, a graph model, or names files outside of its folder; else as `fromTfjs`
 */
export function readTfjsModel(path: string, { maximumBytes = 2 ** 30, ...options }: ReadTfjsOptions = {}): ImportedModel {
  const { format, modelTopology, weightsManifest: manifest } = parse(schema, refuseGraph(readJson(path), path), path, "");
  if (typeof format === "string" && format !== "layers-model") {
    throw new DataError(`${path}: has the format ${JSON.stringify(format)}, "layers-model" is read. Save it with model.save.`);
  }
  const graph = kerasGraph(modelTopology, path);
  const weights = readWeightFiles(path, manifest, maximumBytes);
  return importModel(graph, lookup(weights, path), path, options);
}

function readJson(path: string): unknown {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > MOST_TOPOLOGY) {
      throw new DataError(
        `${path}: has ${size} bytes, a model.json has at most ${MOST_TOPOLOGY}. Name the JSON, not its weights.`, { size }
      );
    }
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${path}: cannot be read (${(error as Error).message}). Name the model.json of a saved model.`, { path });
  }
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === "__proto__") throw new DataError(`${path}: has a key "__proto__", which no model has. Do not use this file.`, { key });
      return value;
    });
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${path}: is no JSON (${(error as Error).message}). Fetch it again.`, { path });
  }
}

function refuseGraph(json: unknown, path: string): unknown {
  const { format, modelTopology: topology } = (json ?? {}) as { format?: unknown; modelTopology?: { node?: unknown } | null };
  if (format !== "graph-model" && !Array.isArray(topology?.node)) return json;
  throw new DataError(
    `${path}: is a graph model, a list of operations without layers. Convert the Keras model itself, with --output_format=tfjs_layers_model.`, { path }
  );
}

/** Weights are named "layer/role"; converters may put scopes before and between. */
function lookup(weights: ReadonlyMap<string, NamedWeight>, path: string): (layer: string, role: string) => NamedWeight | undefined {
  const byOwner = new Map<string, string[]>();
  for (const name of weights.keys()) {
    for (const owner of new Set(name.split("/").slice(0, -1))) {
      const key = JSON.stringify([owner, roleOf(name)]);
      byOwner.set(key, [...(byOwner.get(key) ?? []), name]);
    }
  }
  return (layer, role) => {
    for (const exact of [`${layer}/${role}`, `${layer}/${role}:0`]) if (weights.has(exact)) return weights.get(exact);
    const names = byOwner.get(JSON.stringify([layer, role])) ?? [];
    if (names.length > 1) {
      throw new DataError(
        `${path}: ${names.map((name) => JSON.stringify(name)).join(" and ")} may both be "${role}" of ${layer}. Rename one.`, { names }
      );
    }
    return weights.get(names[0]);
  };
}
