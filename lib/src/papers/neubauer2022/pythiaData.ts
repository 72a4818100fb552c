import { takes } from "../../core/arguments/takes.js";
import { name, optional, record } from "../../core/arguments/kinds.js";
import { cached } from "../../core/cache/cache.js";
import { ConfigError, DataError } from "../../core/errors.js";
import { nodeModule } from "../../core/files/nodeModule.js";
import { projectRoot } from "../../core/files/projectRoot.js";
import { JET_VERSION } from "../../physics/jets/jetRows.js";
import { jetSample, type JetSample } from "../../physics/jets/jetSample.js";
import { checkJetSpec } from "../../physics/jets/jetSpec.js";
import { parseParticleJets } from "../../physics/jets/parseParticleJets.js";
import type { ParticleJets } from "../../physics/jets/particleJets.js";
import { particleJetRows } from "../../physics/jets/particleJetRows.js";

/** Options of `pythiaData`. */
export interface PythiaOptions {
  readonly set: "training" | "test";
  /** All of the set by default; fewer are the first ones. Even and odd jets are QCD and signal. */
  readonly jets?: number;
  /** Of the detector, 2022 by default; the collisions are those of the file. */
  readonly seed?: number;
  /** Path without .json and .gz; by default data/neubauer2022-pythia of the project. */
  readonly file?: string;
}

// to be raised whenever the same file gives other jets by a change that JET_VERSION does not tell
// of
const VERSION = 1;

/**
 * The jets of data/neubauer2022-pythia at the level of particles.
 * @param file  path without .json and .gz
 * @throws ConfigError outside the project if no file is named, DataError if it is absent or damaged
 */
export function readParticleJets(file?: string): ParticleJets {
  const [{ readFileSync }, { join }] = [
    nodeModule("node:fs", "reading a sample"),
    nodeModule("node:path", "reading a sample"),
  ];
  const root = projectRoot();
  if (file === undefined && root === undefined) {
    throw new ConfigError(
      `readParticleJets: ${process.cwd()} does not lie in the phaselens project. Name the file.`,
    );
  }
  const path = file ?? join(root as string, "data", "neubauer2022-pythia");
  const read = (ending: string): Buffer => {
    try {
      return readFileSync(path + ending);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      throw new DataError(
        `${path + ending}: cannot be read (${code}). Make the sample: npm run pythia.`,
        { file: path + ending, code },
      );
    }
  };
  return parseParticleJets(read(".json").toString("utf8"), read(".gz"), `${path}.gz`);
}

/**
 * Jets from Pythia 8 in place of Neubauer & Roy 2022's, H → bb̄ and QCD in turn, matched in p_T,
 * mass and |η|: collisions at 13 TeV with showers, hadrons and decays of a general-purpose
 * generator, measured by the same detector as `data`'s. How they were made is written
 * in data/neubauer2022-pythia.json. The tracks and vertices are kept in the cache.
 * @throws ConfigError for an unknown set or more jets than it has, DataError as `readParticleJets`
 */
export async function pythiaData(options: PythiaOptions): Promise<JetSample> {
  takes("neubauer2022.pythiaData", { options: [options, record({ file: optional(name) })] });
  const { set, seed = 2022, file } = options;
  // before the file is read, which takes longer than to refuse a seed
  checkJetSpec({ jets: options.jets ?? 1, seed, set }, "neubauer2022.pythiaData");
  const sample = readParticleJets(file);
  if (!Object.hasOwn(sample.sets, set)) {
    const known = Object.keys(sample.sets).join(", ");
    throw new ConfigError(
      `neubauer2022.pythiaData: unknown set ${JSON.stringify(set)}. Use one of ${known}.`,
      { set },
    );
  }
  const most = sample.sets[set].jets;
  const { jets = most } = options;
  const spec = { jets, seed, set };
  checkJetSpec(spec, "neubauer2022.pythiaData");
  if (jets > most) {
    const fact = `jets is ${jets}; the set "${set}" has ${most}`;
    throw new ConfigError(
      `neubauer2022.pythiaData: ${fact}. Make a larger sample: npm run pythia -- --jets N --out NAME.`,
      { jets },
    );
  }
  const params = { jets, set, particles: sample.sha256, detector: JET_VERSION };
  const key = { function: "neubauer2022PythiaData", version: VERSION, params, seed };
  const rows = await cached(key, () => particleJetRows(sample, set, jets, seed));
  const { versions, seed: collisions } = sample.provenance as {
    versions?: { pythia?: string };
    seed?: number;
  };
  return jetSample(rows, spec, {
    generator: `Pythia ${versions?.pythia ?? "8"}`,
    params: { set, jets, collisions: collisions ?? "unknown", particles: sample.sha256 },
    seed,
    source:
      "jets from Pythia in place of the CMS open-data sample of Neubauer & Roy 2022, see data/neubauer2022-pythia.json",
  });
}
