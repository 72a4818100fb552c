import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename } from "node:path";
import { takes } from "../../core/arguments/takes.js";
import { integer, optional, record, text } from "../../core/arguments/kinds.js";
import { runOptions } from "../shared/arguments.js";
import { cached } from "../../core/cache/cache.js";
import { ConfigError, DataError } from "../../core/errors.js";
import { firstBytes, recognise } from "../../core/files/fileFormat.js";
import type { ParallelOptions } from "../../core/tasks/parallel.js";
import { makeRng } from "../../core/random/rng.js";
import { jetClasses } from "../../physics/jets/jetSample.js";
import { jetFeatures } from "../../physics/jets/jetFeatures.js";
import { JET_TRACKS, JET_VERTICES } from "../../physics/jets/jetRow.js";
import { data, jetCounts as simulated, type DataOptions } from "./data.js";
import { collectJets, type CollectedJets } from "../../interop/jets/collectJets.js";
import { openHdf5Jets } from "../../interop/jets/hdf5Jets.js";
import type { JetFile } from "../../interop/jets/jetFile.js";
import { jetsFromFiles, type Jets } from "../../interop/jets/jets.js";
import { entryFraction, jetSampleFiles } from "./jetSampleFiles.js";
import { cmsJetLabels, openRootJets } from "../../interop/jets/rootJets.js";

/** Options of `jets`. */
export interface JetsOptions extends DataOptions {
  /**
   * Files or folders of jets; what PHASELENS_JETS says by default, and the simulation where that is
   * not set.
   */
  readonly files?: string;
}

const slots = { tracks: JET_TRACKS, vertices: JET_VERTICES };
const layout = {
  tree: "deepntuplizer/tree",
  features: jetFeatures,
  branches: {},
  labels: cmsJetLabels,
  measured: [],
  slots,
};
/**
 * By its first bytes; where they tell neither, by its name, whose reader says what it is instead.
 */
async function open(path: string): Promise<JetFile> {
  const format = statSync(path).isFile() ? recognise(firstBytes(path))?.format : undefined;
  const isRoot = format === "root" || (format !== "hdf5" && /\.root$/i.test(path));
  return isRoot ? openRootJets(path, layout) : openHdf5Jets(path, { features: jetFeatures, slots });
}

const sha256 = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 16);

/**
 * One set of jets for the notebooks of Neubauer & Roy 2022: of the CMS open-data sample where
 * PHASELENS_JETS names its files or folders (ROOT ntuples, or HDF5 in the authors' layout;
 * `jetSampleFiles` says how sets are told apart), and else simulated ones,
 * `data`.
 *
 * All files give the same number of jets where they have them, and the jets are shuffled by the
 * seed, so that a few of them are as mixed as all; jets with NaN are left out and counted in the
 * provenance; what was read is kept in the cache under names, sizes and dates of the files.
 * `signal` concerns the simulation alone. There is no truth then: `jets.truth`, `trackOrigin`,
 * `trackFlight` and `vertexOrigin` are absent.
 *
 * @throws ConfigError as `data`, and for a place that does not exist or has no such
 *   files; DataError if the files have fewer
 *   jets than wanted or of one class alone, and as the loaders; MissingPackageError without jsroot
 *   or h5wasm
 */
export async function jets(options: JetsOptions, run: ParallelOptions = {}): Promise<Jets> {
  takes("neubauer2022.jets", {
    options: [options, record({ files: optional(text), seed: optional(integer) })],
    run: [run, runOptions],
  });
  const { files: places = process.env.PHASELENS_JETS ?? "", ...simulation } = options;
  if (places === "") return data(simulation, run);
  const { set, seed = 2022 } = simulation;
  if (!Object.hasOwn(simulated, set)) {
    const known = Object.keys(simulated).join(", ");
    throw new ConfigError(
      `neubauer2022.jets: unknown set ${JSON.stringify(set)}. Use one of ${known}.`,
      { set },
    );
  }
  const { jets = simulated[set] } = simulation;
  if (!(Number.isSafeInteger(jets) && jets >= 1)) {
    throw new ConfigError(
      `neubauer2022.jets: jets is ${String(jets)}; it must be a whole number of at least 1.`,
      { jets },
    );
  }
  const { files, from, to } = jetSampleFiles(places)[set];
  const identity = files.map(({ path, ...content }) => ({ name: basename(path), ...content }));
  const key = {
    function: "neubauer2022Jets",
    version: 2,
    params: { files: identity, from, to, jets },
  };
  const belongs = (entry: number): boolean =>
    entryFraction(entry) >= from && entryFraction(entry) < to;
  const passage = { count: jets, nonFinite: "drop", turns: true, belongs } as const;
  const collected: CollectedJets = await cached(key, () =>
    collectJets(
      files.map(({ path }) => path),
      open,
      passage,
    ),
  );
  const { labels, entries, unlabelled, nonFinite } = collected;
  if (labels.length < jets) {
    const why = `of ${entries} entries ${unlabelled} are neither class, ${nonFinite} have NaN`;
    const cure = "Add files, or lower the number in the notebook's parameters";
    const fact = `${places}: has ${labels.length} jets for the set "${set}" (${why}), ${jets} wanted`;
    throw new DataError(`${fact}. ${cure}.`, { set, jets: labels.length });
  }
  const missing = jetClasses.find((_, label) => !labels.includes(label));
  if (missing !== undefined && jets > 1) {
    const fact = `${places}: no jet of the class ${missing} among ${jets} for the set "${set}"`;
    throw new DataError(`${fact}. Add files that have some.`, { set, missing });
  }
  const provenance = {
    generator: "neubauer2022Jets",
    params: {
      set,
      jets,
      entries,
      unlabelled,
      nonFinite,
      files: files.length,
      identity: sha256(JSON.stringify(identity)),
    },
    seed,
    source: `${files.length} files of jets, named in PHASELENS_JETS`,
  };
  const order = makeRng(seed, `neubauer2022Jets/${set}`).permutation(jets);
  return jetsFromFiles(collected, { features: jetFeatures, slots, provenance, order });
}
