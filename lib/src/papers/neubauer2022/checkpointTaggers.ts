import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DataError } from "../../core/errors.js";
import { quoted } from "../../core/printable.js";
import type { Tensor } from "../../core/tensor.js";
import { readTensors } from "../../interop/models/tensors/readTensors.js";
import { jetFeatures } from "../../physics/jets/jetFeatures.js";
import type { JetFeatures } from "../../taggers/jetInputs.js";
import { networkFromTensors } from "../../taggers/networkFromTensors.js";
import type { PublishedTagger } from "./publishedTagger.js";

const EVERY = /\.pth$/;

/** Whether a folder has the authors' files of torch.save. */
export const hasCheckpoints = (folder: string): boolean =>
  readdirSync(folder).some((file) => EVERY.test(file));

/**
 * The networks of a folder of the authors' files of torch.save, `gnn_NAME_best.pth`; the path that
 * they came from may stand before the name.
 * @throws DataError for a file that holds no interaction network, or one of unknown features
 */
export function checkpointTaggers(folder: string): PublishedTagger[] {
  return readdirSync(folder)
    .filter((file) => EVERY.test(file))
    .sort()
    .map((file) => {
      const path = join(folder, file);
      const name = nameOf(file);
      const tensors = readTensors(path);
      const model = networkFromTensors(tensors);
      return { name, ...model, features: featuresOf(path, name, tensors) };
    });
}

/** "baseline" of "…~trained_models~gnn_baseline_best.pth". */
const nameOf = (file: string): string =>
  file
    .slice(file.lastIndexOf("~") + 1)
    .replace(EVERY, "")
    .replace(/^gnn_/, "")
    .replace(/_best$/, "");

/** Rows of the features that a network does not read. */
interface Dropped {
  readonly tracks: readonly number[];
  readonly vertices: readonly number[];
}

/** What the authors' reduced networks leave out, by the beginning of their names. */
const selections: Readonly<Record<string, Dropped>> = {
  psvfeaturesdropped_001_noTrackQ: {
    tracks: [2, 13, 14, 15, 16, 17, 18, 19, 20, 21, 25, 26],
    vertices: [0, 1, 2, 3, 8],
  },
  pfeaturesdropped14: {
    tracks: [2, 3, 12, 14, 15, 16, 17, 18, 19, 20, 21, 25, 26, 29],
    vertices: [],
  },
};

/**
 * All features where the network reads as many; else what `gnn_NAME_model_metadata.json`
 * leaves, beside the file or in `model_dicts` beside its folder, or the selections above.
 */
function featuresOf(
  path: string,
  name: string,
  tensors: Readonly<Record<string, Tensor>>,
): JetFeatures {
  const tracks = tensors["fr1.weight"].shape[1] / 2;
  const vertices = tensors["fr1_pv.weight"].shape[1] - tracks;
  const fits = (own: JetFeatures): boolean =>
    own.tracks.length === tracks && own.vertices.length === vertices;
  if (fits(jetFeatures)) return jetFeatures;
  const dropped =
    described(path, name) ??
    Object.entries(selections).find(([begin]) => name.startsWith(begin))?.[1];
  const kept = (names: readonly string[], rows: readonly number[] = []): string[] =>
    names.filter((_, row) => !rows.includes(row));
  const features = {
    tracks: kept(jetFeatures.tracks, dropped?.tracks),
    vertices: kept(jetFeatures.vertices, dropped?.vertices),
  };
  if (fits(features)) return features;
  const fact = `${path}: reads ${tracks} features of tracks and ${vertices} of vertices`;
  const which = dropped ? "which is not what its description leaves" : "and does not say which";
  const cure = `Put gnn_${name}_model_metadata.json of the authors' model_dicts beside it`;
  throw new DataError(`${fact}, ${which}. ${cure}.`, { name });
}

/** What is said beside the file. */
function described(path: string, name: string): Dropped | undefined {
  const folder = dirname(path);
  const file = `gnn_${name}_model_metadata.json`;
  const places = [folder, join(folder, "..", "model_dicts")].map((own) => join(own, file));
  const place = places.find((own) => existsSync(own));
  if (place === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(place, "utf8"));
  } catch (error) {
    throw new DataError(`${place}: is no JSON (${(error as Error).message}). Fetch it again.`);
  }
  const { drop_pfeatures: tracks, drop_svfeatures: vertices } = (json ?? {}) as Record<
    string,
    unknown
  >;
  return {
    tracks: rowsOf(place, "drop_pfeatures", tracks, jetFeatures.tracks.length),
    vertices: rowsOf(place, "drop_svfeatures", vertices, jetFeatures.vertices.length),
  };
}

/** Of "2,3,12" the rows; of nothing none. */
function rowsOf(place: string, field: string, value: unknown, count: number): number[] {
  const parts = typeof value === "string" && value !== "" ? value.split(",") : [];
  const rows = parts.map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  if ((typeof value === "string" || value === undefined) && rows.every((row) => row < count))
    return rows;
  const fact = `${basename(place)}: ${field} must list rows from 0 to ${count - 1}`;
  throw new DataError(`${fact}, got ${quoted(String(value))}. Fetch it again.`, { field });
}
