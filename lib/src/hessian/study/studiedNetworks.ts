import { ConfigError } from "../../core/errors.js";
import type { Network } from "../../nn/network/network.js";
import type { RiskOptions, Samples } from "../../nn/losses/risk.js";
import type { TrainingRun } from "../../nn/training/trainMany.js";
import { problemPrint } from "./problemPrint.js";
import { readStudy } from "./readStudy.js";

/** What a run may say beside its seed, and a study's seeds do not. */
const OTHER = ["path", "counts", "theta", "epochs", "stopAt", "checkEvery"] as const;

/**
 * The networks of a study's seeds in the order of the runs.
 * @throws DataError for a folder that is not one of this network, data and risk, ConfigError for a
 *   run that is more than a seed, or a seed that is not in it
 */
export function studiedNetworks(
  folder: string,
  network: Network,
  samples: Samples,
  risk: RiskOptions,
  runs: readonly TrainingRun[],
): { theta: Float64Array; loss: number }[] {
  const print = problemPrint(network, undefined, samples, risk);
  const pieces = readStudy(folder, "seeds", print, "resamplingStudy");
  return runs.map((run, k) => {
    const other = OTHER.find((name) => run[name] !== undefined);
    if (other !== undefined)
      throw new ConfigError(
        `resamplingStudy: run ${k} has ${other}, and ${folder} holds networks of seeds alone. Leave it out, or leave the study out.`,
        { run: k },
      );
    const found = pieces.find(({ spec }) => spec.seed === run.seed);
    if (!found) {
      const there = pieces.map(({ spec }) => spec.seed).join(", ") || "none";
      throw new ConfigError(
        `resamplingStudy: ${folder} has no network of seed ${run.seed}; its seeds are ${there}. Add it to the manifest's seeds.`,
        { seed: run.seed },
      );
    }
    return { theta: found.theta, loss: found.report.loss! };
  });
}
