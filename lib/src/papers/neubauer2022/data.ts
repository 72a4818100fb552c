import { takes } from "../../core/arguments/takes.js";
import { record } from "../../core/arguments/kinds.js";
import { runOptions } from "../shared/arguments.js";
import { cached } from "../../core/cache/cache.js";
import { ConfigError } from "../../core/errors.js";
import { parallelMap, type ParallelOptions } from "../../core/tasks/parallel.js";
import { jetRow } from "../../physics/jets/jetRow.js";
import { JET_VERSION, jetRowsTask } from "../../physics/jets/jetRows.js";
import { jetSample, type JetSample } from "../../physics/jets/jetSample.js";
import { checkJetSpec, JET_BLOCK, type JetSpec } from "../../physics/jets/jetSpec.js";

/** The sets in place of those of the CMS sample; independent of each other. */
export type SetName = "training" | "validation" | "test";

/** Jets of each set at `quick`; `paper` takes those of data/neubauer2022-paper.json. */
export const jetCounts: Readonly<Record<SetName, number>> = {
  training: 5000,
  validation: 2000,
  test: 8000,
};

/** Options of `data`. */
export interface DataOptions {
  readonly set: SetName;
  /** Those of `jetCounts` by default; a longer set begins with the jets of a shorter one. */
  readonly jets?: number;
  /** 2022 by default, that of the manifests in data/. */
  readonly seed?: number;
  /** See `JetSpec`, default "matched". */
  readonly signal?: JetSpec["signal"];
}

const JETS_PER_TASK = 5 * JET_BLOCK;

/**
 * One set of simulated jets in place of Neubauer & Roy 2022's, made by as many workers as there are
 * cores and kept in the cache, in single precision, in which jets are made: `simulateJets` gives
 * the same numbers.
 * @param run  workers and progress
 * @throws ConfigError for an unknown set, and as `simulateJets`
 */
export async function data(options: DataOptions, run: ParallelOptions = {}): Promise<JetSample> {
  takes("neubauer2022.data", { options: [options, record()], run: [run, runOptions] });
  const { set, seed = 2022, signal = "matched" } = options;
  if (!Object.hasOwn(jetCounts, set)) {
    const known = Object.keys(jetCounts).join(", ");
    throw new ConfigError(
      `neubauer2022.data: unknown set ${JSON.stringify(set)}. Use one of ${known}.`,
      { set },
    );
  }
  const { jets = jetCounts[set] } = options;
  const spec = { jets, seed, set, signal };
  checkJetSpec(spec, "neubauer2022.data");
  const rows = await cached(
    { function: "neubauer2022Data", version: JET_VERSION, params: { jets, set, signal }, seed },
    async () => {
      const tasks = Array.from({ length: Math.ceil(jets / JETS_PER_TASK) }, (_, k): JetSpec => {
        const first = k * JETS_PER_TASK;
        return { ...spec, first, jets: Math.min(JETS_PER_TASK, jets - first) };
      });
      const parts = await parallelMap<JetSpec, Float32Array>(jetRowsTask, tasks, {
        label: "jets",
        ...run,
      });
      const all = new Float32Array(jets * jetRow.length);
      parts.forEach((part, k) => all.set(part, k * JETS_PER_TASK * jetRow.length));
      return all;
    },
  );
  return jetSample(rows, spec);
}
