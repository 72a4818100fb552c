import type { Estimate } from "../core/jackknife.js";
import { sampleEnsemble } from "./ensemble.js";
import type { EnsembleSpec } from "./ensembleSpec.js";
import { ensembleObservable, type ObservableName } from "./observables/ensembleObservables.js";

/**
 * One observable of an ensemble that is sampled for it and forgotten. A task of `parallelMap`: the fields stay with the worker.
 * @throws as `sampleEnsemble`
 */
export function sampledObservable({ spec, observable }: { readonly spec: EnsembleSpec; readonly observable: ObservableName }): Estimate {
  return ensembleObservable(sampleEnsemble(spec), observable);
}
