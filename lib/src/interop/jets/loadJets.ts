import { takes } from "../../core/arguments/takes.js";
import {
  byName,
  count,
  filePath,
  listOf,
  name,
  optional,
  record,
  text,
} from "../../core/arguments/kinds.js";
import { basename } from "node:path";
import type { Provenance } from "../../core/dataset.js";
import { ConfigError, DataError } from "../../core/errors.js";
import { firstBytes, recognise } from "../../core/files/fileFormat.js";
import { jetFeatures } from "../../physics/jets/jetFeatures.js";
import { JET_TRACKS, JET_VERTICES } from "../../physics/jets/jetRow.js";
import { someFeatures } from "../../taggers/arguments.js";
import type { JetFeatures } from "../../taggers/jetInputs.js";
import { collectJets, type CollectedJets, type JetSelection } from "./collectJets.js";
import { openHdf5Jets, type Hdf5JetsDatasets } from "./hdf5Jets.js";
import { jetsFromFiles, type JetsFromFiles, type JetSlots } from "./jets.js";
import { cmsJetLabels, openRootJets, type JetLabels } from "./rootJets.js";

/** What jets are read from files. */
export interface LoadJetsOptions extends JetSelection {
  readonly files: readonly string[];
  /** Those of `physics.jetFeatures` by default. */
  readonly features?: JetFeatures;
  /**
   * Tracks and vertices of a jet, 1 … 1000: more are cut off, fewer followed by zeros; 60 and 5 by
   * default.
   */
  readonly slots?: JetSlots;
  /**
   * The branch or the data set of one number a jet that weights it in risk and statistics (default:
   * jets are all alike).
   */
  readonly weights?: string;
}

/** Options of `loadJets` for ROOT ntuples. */
export interface LoadRootJetsOptions extends LoadJetsOptions {
  /** "deepntuplizer/tree" by default. */
  readonly tree?: string;
  /**
   * Names of the branches for features, labels and `measured` that are called otherwise in the
   * files (default: none are).
   */
  readonly branches?: Readonly<Record<string, string>>;
  /**
   * A jet is of the class of which the product of these branches is positive; `cmsJetLabels` by
   * default.
   */
  readonly labels?: JetLabels;
  /** Branches of one number a jet to read besides, e.g. ["fj_pt", "fj_sdmass"] (default none). */
  readonly measured?: readonly string[];
}

/** Options of `loadJets` for HDF5 files. */
export interface LoadHdf5JetsOptions extends LoadJetsOptions {
  /** Those that the authors of the letter write by default, see `openHdf5Jets`. */
  readonly datasets?: Hdf5JetsDatasets;
}

/**
 * Jets of ROOT ntuples with one jet an entry and a list for each feature of its objects, as CMS
 * published them (DOI 10.7483/OPENDATA.CMS.JGJX.MS7Q). Entries that are neither QCD nor H → bb̄, or
 * both, are left out. Objects keep the order of the file, in which CMS sorted them. Numbers are
 * single precision, as in the files. Batches of 1000 entries are read at a time, so a part of a
 * sample of any size can be loaded: `first` is an entry, `count` the jets wanted at most.
 *
 * @throws DataError if a file is not there, truncated or no ROOT file, lacks the tree or a branch,
 *   or has NaN in a feature; if no jet is
 *   found; MissingPackageError without jsroot
 */
export async function loadJetsFromRoot(options: LoadRootJetsOptions): Promise<JetsFromFiles> {
  const {
    files,
    tree = "deepntuplizer/tree",
    features = jetFeatures,
    branches = {},
    labels = cmsJetLabels,
    measured = [],
    weights,
  } = options;
  checkFeatures("loadJetsFromRoot", features);
  const slots = options.slots ?? { tracks: JET_TRACKS, vertices: JET_VERTICES };
  const read = weights === undefined ? measured : [...new Set([...measured, weights])];
  const layout = { tree, features, branches, labels, measured: read, slots };
  const collected = await collectJets(files, (path) => openRootJets(path, layout), options);
  return jetsFromFiles(collected, {
    features,
    slots,
    weights,
    measured,
    provenance: provenanceOf("loadJetsFromRoot", options, collected),
  });
}

/**
 * Jets of HDF5 files in the layout of the letter's authors, see `openHdf5Jets`; otherwise as
 * `loadJetsFromRoot`.
 *
 * @throws DataError if a file is not there, truncated or no HDF5 file, has other than 60 tracks and
 *   5 vertices without `slots`, or NaN in
 *   a feature; if no jet is found; MissingPackageError without h5wasm
 */
export async function loadJetsFromHdf5(options: LoadHdf5JetsOptions): Promise<JetsFromFiles> {
  const { files, features = jetFeatures, datasets, slots, weights } = options;
  checkFeatures("loadJetsFromHdf5", features);
  const collected = await collectJets(
    files,
    (path) => openHdf5Jets(path, { datasets, features, slots, weights }),
    options,
  );
  const provenance = provenanceOf("loadJetsFromHdf5", options, collected);
  return jetsFromFiles(collected, {
    features,
    slots: slots ?? { tracks: JET_TRACKS, vertices: JET_VERTICES },
    weights,
    measured: [],
    provenance,
  });
}

/** More than any jet has. */
const MOST_SLOTS = 1000;

const jetOptions = record({
  files: listOf(filePath),
  features: optional(someFeatures),
  slots: optional(
    record(
      { tracks: count(1, MOST_SLOTS), vertices: count(1, MOST_SLOTS) },
      "{ tracks, vertices }, how many of each",
    ),
  ),
  tree: optional(text),
  branches: optional(byName(text, "names of branches by those of features")),
  labels: optional(
    record(
      { background: listOf(text, 1), signal: listOf(text, 1) },
      "lists of branches { background, signal }",
    ),
  ),
  measured: optional(listOf(text)),
  weights: optional(name),
  datasets: optional(
    record(
      { tracks: text, vertices: text, target: text },
      "names of data sets { tracks, vertices, target }",
    ),
  ),
});

/**
 * Jets of ROOT ntuples as CMS published them (DOI 10.7483/OPENDATA.CMS.JGJX.MS7Q) or of HDF5 files
 * in the layout of the authors of Neubauer and Roy 2022, as the first bytes of the first file say.
 * Objects keep the order of the file. Batches of entries are read at a time, so a part of a sample
 * of any size can be loaded: `first` is an entry, `count` the jets wanted at most.
 *
 * Of ntuples, which have one jet an entry and a list for each feature of its objects, entries that
 * are neither QCD nor H → bb̄, or both, are left out.
 *
 * @throws DataError if a file is not there, truncated or of another kind, lacks the tree, a branch
 *   or a data set, or has NaN in a feature; if no jet is found; MissingPackageError without jsroot
 *   or h5wasm
 */
export async function loadJets(
  options: LoadRootJetsOptions | LoadHdf5JetsOptions,
): Promise<JetsFromFiles> {
  takes("loadJets", { options: [options, jetOptions] });
  const [first] = options.files;
  return first !== undefined && isHdf5(first)
    ? loadJetsFromHdf5(options)
    : loadJetsFromRoot(options);
}

/** A file that cannot be read is for the loader to name. */
function isHdf5(path: string): boolean {
  try {
    return recognise(firstBytes(path))?.format === "hdf5";
  } catch {
    return false;
  }
}

function checkFeatures(what: string, { tracks, vertices }: JetFeatures): void {
  const twice = [tracks, vertices]
    .map((names) => names.find((name, k) => names.indexOf(name) < k))
    .find((name) => name !== undefined);
  if (twice !== undefined)
    throw new ConfigError(`${what}: the feature "${twice}" stands twice. Name it once.`, { twice });
  if (tracks.length > 0 && vertices.length > 0) return;
  throw new ConfigError(
    `${what}: ${tracks.length} features of tracks and ${vertices.length} of vertices. Name at least one of each.`,
  );
}

/** @throws DataError if nothing was found, which makes no sample */
function provenanceOf(
  generator: string,
  { files, first = 0 }: LoadJetsOptions,
  { labels, entries, unlabelled, nonFinite }: CollectedJets,
): Provenance {
  const source = files.map((path) => basename(path)).join(", ");
  if (labels.length === 0) {
    const why = `of ${entries} entries ${unlabelled} are neither QCD nor H → bb̄, ${nonFinite} have NaN`;
    const fact = `${generator}: no jets in ${source}: ${why}`;
    throw new DataError(`${fact}. Look at the labels of these files.`, { entries, unlabelled });
  }
  return {
    generator,
    params: { first, jets: labels.length, entries, unlabelled, nonFinite },
    seed: 0,
    source,
  };
}
