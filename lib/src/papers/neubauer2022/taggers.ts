import { existsSync } from "node:fs";
import { takes } from "../../core/arguments/takes.js";
import { filePath, optional } from "../../core/arguments/kinds.js";
import { ConfigError, DataError } from "../../core/errors.js";
import { jetFeatures } from "../../physics/jets/jetFeatures.js";
import { networkFromTensors } from "../../taggers/networkFromTensors.js";
import { float32Models, readFloat32Folder } from "../../interop/models/float32Folder.js";
import { publishedFile } from "../shared/publishedFile.js";
import type { PublishedTagger } from "./publishedTagger.js";
import { checkpointTaggers, hasCheckpoints } from "./checkpointTaggers.js";

export type { PublishedTagger } from "./publishedTagger.js";

/**
 * The authors' trained interaction networks, the largest first: from a folder of their own files of
 * torch.save (`gnn_NAME_best.pth`, whatever path stands before the name), or of float32 tensors;
 * undefined where none is at hand.
 *
 * @param folder by default `neubauer2022/authors_interaction_network` in the folder that
 *   PHASELENS_REFERENCE names
 * @throws ConfigError if the folder named does not exist or has neither, DataError for a file that
 *   does not hold what it should
 */
export function taggers(folder?: string): PublishedTagger[] | undefined {
  takes("neubauer2022.taggers", { folder: [folder, optional(filePath)] });
  if (folder !== undefined && !existsSync(folder)) throw noTaggers(folder, "there is no folder");
  const place = folder ?? publishedFile("neubauer2022/authors_interaction_network");
  if (place === undefined) return undefined;
  const found = hasCheckpoints(place)
    ? checkpointTaggers(place)
    : float32Models(place).map((name) => float32Tagger(place, name));
  if (found.length === 0) throw noTaggers(place, "no networks are in");
  return found.sort((a, b) => b.theta.length - a.theta.length);
}

function noTaggers(folder: string, fact: string): ConfigError {
  const cure = "Name the one with the authors' .pth files, or with .json and .f32 files";
  return new ConfigError(`neubauer2022.taggers: ${fact} ${folder}. ${cure}.`, { folder });
}

function float32Tagger(folder: string, name: string): PublishedTagger {
  const { tensors, about } = readFloat32Folder(folder, name);
  const kept = (field: string, names: readonly string[]): string[] => {
    const rows = about[field] ?? [...names.keys()];
    const right = (row: unknown): boolean =>
      Number.isInteger(row) && (row as number) >= 0 && (row as number) < names.length;
    if (Array.isArray(rows) && rows.every(right)) return rows.map((row: number) => names[row]);
    const fact = `${field} must list rows from 0 to ${names.length - 1}`;
    throw new DataError(`${folder}/${name}.json: ${fact}, got ${JSON.stringify(rows)}.`, { field });
  };
  const features = {
    tracks: kept("keep_track", jetFeatures.tracks),
    vertices: kept("keep_sv", jetFeatures.vertices),
  };
  const count = (field: string): number | undefined =>
    typeof about[field] === "number" ? about[field] : undefined;
  const slots = { tracks: count("nTracks"), vertices: count("nSV") };
  return { name, ...networkFromTensors(tensors, slots), features };
}
