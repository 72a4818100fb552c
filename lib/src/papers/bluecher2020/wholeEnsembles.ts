import { takes } from "../../core/arguments/takes.js";
import { aGeneratedFolder } from "../shared/arguments.js";
import { size, tensor, type Tensor } from "../../core/tensor.js";
import type { GeneratedFolder } from "../../generate/openGenerated.js";
import type { Ensemble } from "../../physics/sampling/ensemble.js";

/**
 * All configurations of one coupling, training and test together, with what the training chain's
 * sampler said.
 */
export interface WholeEnsemble {
  /** [n, …lattice] */
  readonly fields: Tensor;
  readonly spec: Ensemble["spec"];
  readonly report: Ensemble["report"];
}

/**
 * Training and test configurations of each coupling together, κ ascending: for observables, which
 * nobody is trained on.
 */
export function wholeEnsembles(folder: GeneratedFolder): WholeEnsemble[] {
  takes("wholeEnsembles", { folder: [folder, aGeneratedFolder] });
  return folder.couplings.map((kappa) => {
    const [training, test] = ["training", "test"].map((set) => folder.ensemble(set, kappa));
    const { shape } = training.fields;
    const fields = tensor([shape[0] + test.fields.shape[0], ...shape.slice(1)]);
    fields.data.set(training.fields.data);
    fields.data.set(test.fields.data, size(shape));
    return { fields, spec: training.spec, report: training.report };
  });
}
