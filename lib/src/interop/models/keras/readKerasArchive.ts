import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError, PhaselensError } from "../../../core/errors.js";
import { openHdf5 } from "../../tables/hdf5/hdf5File.js";
import { zipEntries, type ZipEntries } from "../../tables/zipEntries.js";
import { modelJsonOf } from "../modelJson.js";
import { readWhole } from "../tensors/namedTensors.js";
import { kerasGraph } from "../tfjs/graph.js";
import { importModel, type ImportedModel } from "../tfjs/importModel.js";
import type { ReadTfjsOptions } from "../tfjs/readTfjsModel.js";
import type { HeldWeight } from "../tfjs/weightLookup.js";
import { heldWeights } from "./heldWeights.js";
import { weightPaths } from "./weightPaths.js";

const [CONFIG, METADATA, WEIGHTS] = ["config.json", "metadata.json", "model.weights.h5"];
const CURE = 'Save the model in Keras: model.save("model.keras")';
/** The topology is text; the largest have a few megabytes. */
const LONGEST = 2 ** 26;

/**
 * A model that Keras 2 or 3 saved as `.keras`: an archive of the topology, of the version of Keras,
 * and of an HDF5 file with the weights of each layer by their numbers.
 * @throws DataError for archives without these files and damaged ones; else as `fromTfjs`
 */
export async function readKerasArchive(
  path: string,
  { maximumBytes, ...options }: ReadTfjsOptions = {},
): Promise<ImportedModel> {
  const { bytes } = readWhole(path, maximumBytes);
  const limit = maximumBytes ?? 2 ** 30;
  const zip = zipEntries(bytes, path, limit);
  for (const name of [CONFIG, WEIGHTS]) {
    if (zip.names.includes(name)) continue;
    throw new DataError(`${path}: is an archive without ${name}. ${CURE}.`, { name });
  }
  const topology = jsonOf(zip, CONFIG, path);
  const { keras_version: version } = zip.names.includes(METADATA)
    ? (jsonOf(zip, METADATA, path) as { keras_version?: unknown })
    : {};
  const graph = kerasGraph(topology, path, {
    ...options,
    ...(typeof version === "string" && { version }),
  });
  const weights = await unpackedWeights(zip, path, limit);
  const paths = weightPaths(topology);
  const lookup = (
    layer: { readonly name: string; readonly scope: readonly string[] },
    role: string,
  ) =>
    paths(layer, role)
      .map((name) => weights.get(name))
      .find((found) => found !== undefined);
  return importModel(graph, lookup, path, options);
}

function jsonOf(zip: ZipEntries, name: string, path: string): unknown {
  const text = zip.read(name);
  if (text.length <= LONGEST) {
    const json = modelJsonOf(text.toString("utf8"), `${path}: ${name}`, CURE);
    if (typeof json === "object" && json !== null) return json;
  }
  throw new DataError(`${path}: ${name} holds no model. ${CURE}.`, { name });
}

/** The HDF5 library reads files, so that the weights are one for a while. */
async function unpackedWeights(
  zip: ZipEntries,
  path: string,
  limit: number,
): Promise<Map<string, HeldWeight>> {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-keras-"));
  const own = join(folder, WEIGHTS);
  try {
    writeFileSync(own, zip.read(WEIGHTS), { mode: 0o600, flag: "wx" });
    const file = await openHdf5(own);
    try {
      return await heldWeights(file, path, limit, (name) =>
        name.startsWith("optimizer/") ? undefined : oldNames(name),
      );
    } finally {
      file.close();
    }
  } catch (error) {
    if (!(error instanceof PhaselensError)) throw error;
    const { message } = error;
    throw message.startsWith(own)
      ? new DataError(`${path}: ${WEIGHTS}${message.slice(own.length)}`, { path })
      : error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Names of the first files of that kind, and of private attributes, as they are called now. */
const oldNames = (name: string): string =>
  name
    .replace(/_layer_checkpoint_dependencies\//g, "layers/")
    .replace(/\/_(query|key|value|output)_dense\//, "/$1_dense/");
