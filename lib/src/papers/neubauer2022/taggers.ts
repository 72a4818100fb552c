import { existsSync } from "node:fs";
import { takes } from "../../core/arguments/takes.js";
import { filePath, optional } from "../../core/arguments/kinds.js";
import { ConfigError, DataError } from "../../core/errors.js";
import type { Network } from "../../nn/network/network.js";
import { jetFeatures } from "../../physics/jets/jetFeatures.js";
import type { JetFeatures } from "../../taggers/jetInputs.js";
import { networkFromTensors } from "../../taggers/networkFromTensors.js";
import { float32Models, readFloat32Folder } from "../../interop/models/float32Folder.js";
import { publishedFile } from "../shared/publishedFile.js";

/** A trained network of the authors' repository (FAIR4HEP/hbb_interaction_network, MIT). */
export interface PublishedTagger {
  readonly name: string;
  readonly network: Network;
  readonly theta: Float64Array;
  /**
   * Those that it reads, in raw CMS units and this order; `taggers.selectFeatures` chooses them.
   */
  readonly features: JetFeatures;
}

/**
 * The authors' trained interaction networks, the largest first, from a folder of float32 tensors;
 * undefined where none is at hand.
 *
 * @param folder by default `neubauer2022/authors_interaction_network` in the folder that
 *   PHASELENS_REFERENCE names
 * @throws ConfigError if the folder named does not exist, DataError for a file that does not hold
 *   what it should
 */
export function taggers(folder?: string): PublishedTagger[] | undefined {
  takes("neubauer2022.taggers", { folder: [folder, optional(filePath)] });
  if (folder !== undefined && !existsSync(folder)) {
    throw new ConfigError(
      `neubauer2022.taggers: there is no folder ${folder}. Name the one with the authors' .json and .f32 files.`,
      { folder },
    );
  }
  const place = folder ?? publishedFile("neubauer2022/authors_interaction_network");
  if (place === undefined) return undefined;
  return float32Models(place)
    .map((name): PublishedTagger => {
      const { tensors, about } = readFloat32Folder(place, name);
      const kept = (field: string, names: readonly string[]): string[] => {
        const rows = about[field] ?? [...names.keys()];
        if (
          !Array.isArray(rows) ||
          !rows.every((row) => Number.isInteger(row) && row >= 0 && row < names.length)
        ) {
          throw new DataError(
            `${place}/${name}.json: ${field} must list rows from 0 to ${names.length - 1}, got ${JSON.stringify(rows)}.`,
            { field },
          );
        }
        return (rows as number[]).map((row) => names[row]);
      };
      const features = {
        tracks: kept("keep_track", jetFeatures.tracks),
        vertices: kept("keep_sv", jetFeatures.vertices),
      };
      const count = (field: string): number | undefined =>
        typeof about[field] === "number" ? about[field] : undefined;
      return {
        name,
        ...networkFromTensors(tensors, { tracks: count("nTracks"), vertices: count("nSV") }),
        features,
      };
    })
    .sort((a, b) => b.theta.length - a.theta.length);
}
