import { DataError } from "../../core/errors.js";
import { JET_TRACKS, JET_VERTICES } from "../../physics/jets/jetRow.js";
import { jetFeatureIndices, jetFeatures } from "../../physics/jets/jetFeatures.js";
import type { JetFeatures } from "../../taggers/jetInputs.js";
import { openHdf5, type Hdf5File } from "../tables/hdf5/hdf5File.js";
import { jetLabel, type JetBatch, type JetFile } from "./jetFile.js";
import type { JetSlots } from "./jets.js";

/** Names of the datasets: objects [n, features, slots], classes [n, 2]. */
export interface Hdf5JetsDatasets {
  readonly tracks: string;
  readonly vertices: string;
  readonly target: string;
}

/** What of a file is wanted. */
export interface Hdf5JetsLayout {
  /** Those of the published layout by default. */
  readonly datasets?: Hdf5JetsDatasets;
  readonly features: JetFeatures;
  /** Without them the file must have 60 tracks and 5 vertices. */
  readonly slots?: JetSlots;
  /** A dataset of one number a jet, [n], that is read besides (default none). */
  readonly weights?: string;
}

/**
 * Opens a file in the layout that the letter's authors write from the ntuples:
 * `training_subgroup/training_2` (tracks), `…_3` (vertices), or `testing_…` for the test set,
 * features as in `jetFeatures`, and `target_subgroup/target` (QCD, H → bb̄).
 * @throws DataError as `openHdf5`, for a dataset that there is not, and for another number of
 *   features or objects than expected
 */
export async function openHdf5Jets(
  path: string,
  { datasets, features, slots, weights }: Hdf5JetsLayout,
): Promise<JetFile> {
  const file = await openHdf5(path);
  try {
    const names = datasets ?? (await published(file));
    const shapes = {
      tracks: await file.shape(names.tracks),
      vertices: await file.shape(names.vertices),
    };
    const wanted = slots ?? { tracks: JET_TRACKS, vertices: JET_VERTICES };
    const classes = await file.shape(names.target);
    const [entries] = classes;
    if (classes.length !== 2 || classes[1] !== 2) {
      const fact = `${path}: "${names.target}" has shape [${classes}], [jets, 2] expected`;
      throw new DataError(`${fact}. Name the dataset with the classes.`, { path, shape: classes });
    }
    for (const kind of ["tracks", "vertices"] as const) {
      const shape = shapes[kind];
      const expected = [entries, jetFeatures[kind].length, ...(slots ? [] : [wanted[kind]])];
      if (shape.length !== 3 || expected.some((extent, axis) => shape[axis] !== extent)) {
        const wish = `[${expected}${slots ? ", any" : ""}] expected (jets, features, ${kind})`;
        const fact = `${path}: "${names[kind]}" has shape [${shape}], ${wish}`;
        const cure = slots
          ? "Name the dataset that has them"
          : `Give slots: { tracks, vertices } to cut or pad another number of ${kind}`;
        throw new DataError(`${fact}. ${cure}.`, { path, shape });
      }
    }
    const size = weights === undefined ? [entries] : await file.shape(weights);
    if (size[0] !== entries || size.slice(1).some((extent) => extent !== 1)) {
      const fact = `${path}: "${weights}" has shape [${size}], [${entries}] expected`;
      throw new DataError(`${fact}. Name a dataset of one weight a jet.`, { path, shape: size });
    }
    const rows = {
      tracks: jetFeatureIndices("tracks", features.tracks),
      vertices: jetFeatureIndices("vertices", features.vertices),
    };
    return {
      path,
      entries,
      close: file.close,
      nameOf: (kind, p) => `${names[kind]} (${features[kind][Math.floor(p / wanted[kind])]})`,
      async read(first, count): Promise<JetBatch> {
        const target = (await file.read(names.target, first, count)).data;
        const objects = async (kind: keyof JetFeatures): Promise<Float32Array> => {
          const [, all, length] = shapes[kind];
          const { data } = await file.read(names[kind], first, count);
          return slotted(data, { count, all, length, rows: rows[kind], slots: wanted[kind] });
        };
        return {
          labels: Int8Array.from({ length: count }, (_, n) =>
            jetLabel(target[2 * n] > 0, target[2 * n + 1] > 0),
          ),
          tracks: await objects("tracks"),
          vertices: await objects("vertices"),
          measured:
            weights === undefined
              ? {}
              : {
                  [weights]: Float32Array.from((await file.read(weights, first, count)).data),
                },
        };
      },
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function published(file: Hdf5File): Promise<Hdf5JetsDatasets> {
  const isThere = await file.has("testing_subgroup/testing_2");
  const isTraining = await file.has("training_subgroup/training_2");
  const set = isThere && !isTraining ? "testing" : "training";
  return {
    tracks: `${set}_subgroup/${set}_2`,
    vertices: `${set}_subgroup/${set}_3`,
    target: "target_subgroup/target",
  };
}

/** [count, all, length] to the chosen rows and slots. */
function slotted(
  data: Float64Array,
  {
    count,
    all,
    length,
    rows,
    slots,
  }: { count: number; all: number; length: number; rows: Int32Array; slots: number },
): Float32Array {
  const out = new Float32Array(count * rows.length * slots);
  for (let n = 0; n < count; n++) {
    rows.forEach((row, f) => {
      const start = (n * all + row) * length;
      out.set(data.subarray(start, start + Math.min(length, slots)), (n * rows.length + f) * slots);
    });
  }
  return out;
}
