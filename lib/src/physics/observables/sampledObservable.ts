import type { Estimate } from "../../core/statistics/estimate.js";
import { sampleEnsemble } from "../sampling/ensemble.js";
import type { EnsembleSpec } from "../sampling/ensembleSpec.js";
import { ensembleObservable, type ObservableName } from "./ensembleObservables.js";

/** An estimate with what the report of its ensemble complains of. */
export interface SampledEstimate extends Estimate {
  readonly flags: readonly string[];
}

/**
 * One observable of an ensemble that is sampled for it and forgotten. A task of `parallelMap`: the
 * fields stay with the worker.
 * @throws as `sampleEnsemble`
 */
export function sampledObservable({
  spec,
  observable,
}: {
  readonly spec: EnsembleSpec;
  readonly observable: ObservableName;
}): SampledEstimate {
  const ensemble = sampleEnsemble(spec);
  return { ...ensembleObservable(ensemble, observable), flags: ensemble.report.flags };
}
