import { record, word } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import { sampleEnsemble } from "../sampling/ensemble.js";
import { ensembleSpec, type EnsembleSpec } from "../sampling/ensembleSpec.js";
import { ensembleObservable, observableNames, type ObservableName } from "./ensembleObservables.js";

/** An estimate with what the report of its ensemble complains of. */
export interface SampledEstimate extends Estimate {
  readonly flags: readonly string[];
}

/**
 * One observable of an ensemble that is sampled for it and forgotten. A task of `parallelMap`: the
 * fields stay with the worker.
 * @throws as `sampleEnsemble`
 */
export function sampledObservable(options: {
  readonly spec: EnsembleSpec;
  readonly observable: ObservableName;
}): SampledEstimate {
  takes("sampledObservable", {
    options: [options, record({ spec: ensembleSpec, observable: word(observableNames) })],
  });
  const { spec, observable } = options;
  const ensemble = sampleEnsemble(spec);
  return { ...ensembleObservable(ensemble, observable), flags: ensemble.report.flags };
}
