import { readdirSync, statSync, type Stats } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { ConfigError } from "../../core/errors.js";
import { fileIdentity, type FileIdentity } from "../../interop/jets/fileIdentity.js";
import type { SetName } from "./data.js";

/** Files of one set, and which share of their entries belongs to it. */
export interface SetOfFiles {
  readonly files: readonly FileIdentity[];
  /**
   * Between 0 and 1: an entry belongs to it if its `entryFraction` is at least `from` and below
   * `to`.
   */
  readonly from: number;
  readonly to: number;
}

/**
 * Fractional part of entry × golden ratio, which is spread evenly over 0 … 1 in any stretch of
 * entries and in every second one of them: in a file whose classes take turns, a set of every tenth
 * entry would have one class alone.
 */
export const entryFraction = (entry: number): number => (entry * ((Math.sqrt(5) - 1) / 2)) % 1;

/** Of files that are not sorted into sets. */
const shares: Readonly<Record<SetName, readonly [number, number]>> = {
  training: [0, 0.7],
  validation: [0.7, 0.8],
  test: [0.8, 1],
};
const folders: Readonly<Record<SetName, RegExp>> = {
  training: /^train/i,
  validation: /^val/i,
  test: /^test/i,
};

/**
 * The files of a sample by sets. `places` are files or folders, separated as in PATH. A folder with
 * folders `train…` and `test…`, as CMS published its sample, gives those; validation is `val…`, or
 * where there is none a tenth of the training entries. All other files below the places are divided
 * by entries, 70 % for training, 10 % for validation and 20 % for tests, so that every set is as
 * mixed as the file.
 * @throws ConfigError for a place that does not exist or has no .root, .h5 or .hdf5 file
 */
export function jetSampleFiles(places: string): Readonly<Record<SetName, SetOfFiles>> {
  const paths = places
    .split(delimiter)
    .filter(Boolean)
    .map((place) => resolve(place));
  const named = paths.length === 1 ? namedSets(paths[0]) : undefined;
  if (named) return named;
  const files = paths.flatMap(filesBelow);
  const part = ([from, to]: readonly [number, number]): SetOfFiles => ({ files, from, to });
  return {
    training: part(shares.training),
    validation: part(shares.validation),
    test: part(shares.test),
  };
}

function namedSets(place: string): Readonly<Record<SetName, SetOfFiles>> | undefined {
  if (!statusOf(place).isDirectory()) return undefined;
  const inner = readdirSync(place, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() || entry.isSymbolicLink(),
  );
  const below = (set: SetName): FileIdentity[] | undefined => {
    const names = inner
      .map(({ name }) => name)
      .filter((name) => folders[set].test(name))
      .sort();
    return names.length === 0 ? undefined : names.flatMap((name) => filesBelow(join(place, name)));
  };
  const [training, validation, test] = [below("training"), below("validation"), below("test")];
  if (!training || !test) return undefined;
  return {
    training: { files: training, from: 0, to: validation ? 1 : 0.9 },
    validation: validation
      ? { files: validation, from: 0, to: 1 }
      : { files: training, from: 0.9, to: 1 },
    test: { files: test, from: 0, to: 1 },
  };
}

function filesBelow(place: string): FileIdentity[] {
  const found = statusOf(place).isFile()
    ? [place]
    : readdirSync(place, { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(root|h5|hdf5)$/i.test(name))
        .sort()
        .map((name) => join(place, name));
  if (found.length === 0)
    throw new ConfigError(
      `${place}: holds no .root, .h5 or .hdf5 file. Name the folder of the sample.`,
      { place },
    );
  return found.map(fileIdentity);
}

function statusOf(place: string): Stats {
  try {
    return statSync(place);
  } catch (error) {
    const fact = `${place}: there is no such file or folder (${(error as NodeJS.ErrnoException).code})`;
    throw new ConfigError(
      `${fact}. Name the sample's folder in PHASELENS_JETS, or unset it for simulated jets.`,
      { place },
    );
  }
}
