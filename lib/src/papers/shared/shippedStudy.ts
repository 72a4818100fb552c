import { ConfigError, DataError } from "../../core/errors.js";
import { nodeModule } from "../../core/files/nodeModule.js";
import { projectRoot } from "../../core/files/projectRoot.js";

/** What a script of `environment/studies` found for many networks, as data/studies ships it. */
export interface Study<Network> {
  readonly description: string;
  readonly networks: readonly Network[];
}

/** What is said of each study that is read on the diagnostics channel "phaselens:study". */
export interface StudyUse {
  /** Its file in data/studies: "dawid2021-signs.json". */
  readonly file: string;
}

/**
 * A study from the project's data/studies. Each reading is told as a `StudyUse` on the channel
 * "phaselens:study" of node:diagnostics_channel: what rests on it is stale when the file changes.
 * @param file  its name there
 * @throws ConfigError outside the project, DataError if the file is no study
 */
export function shippedStudy<Network>(file: string): Study<Network> {
  const [{ readFileSync }, { join }, { channel }] = [
    nodeModule("node:fs", "reading a study"),
    nodeModule("node:path", "reading a study"),
    nodeModule("node:diagnostics_channel", "reading a study"),
  ];
  const root = projectRoot();
  if (root === undefined) {
    const fact = `${process.cwd()} does not lie in the phaselens project`;
    throw new ConfigError(`${file}: ${fact}, whose data/studies has the study. Run it there.`);
  }
  const path = join(root, "data", "studies", file);
  const study = JSON.parse(readFileSync(path, "utf8")) as Partial<Study<Network>>;
  if (!Array.isArray(study.networks)) {
    throw new DataError(`${path}: networks must be a list. Take the file of the repository.`);
  }
  const use: StudyUse = { file };
  channel("phaselens:study").publish(use);
  return study as Study<Network>;
}
