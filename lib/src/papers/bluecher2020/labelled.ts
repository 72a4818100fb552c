import { takes } from "../../core/arguments/takes.js";
import { listOf, name, optional, record, text, truth } from "../../core/arguments/kinds.js";
import { row, size, tensor, type Tensor } from "../../core/tensor.js";
import type { GeneratedFolder } from "../../generate/openGenerated.js";
import { aGeneratedFolder, firstOnes } from "../shared/arguments.js";
import { lattice } from "../../physics/lattice/lattice.js";
import { observableNames, observables, type ObservablesOptions } from "./observables.js";

/**
 * Samples with the hopping parameter κ that each was made at, κ ascending. Blücher et al. 2020,
 * Eqs. (B1) and (B2).
 */
export interface Labelled {
  /** [n, …] */
  readonly x: Tensor;
  /** [n] */
  readonly kappa: Float64Array;
}

/**
 * Configurations of a set, with one channel: x [n, 1, …lattice].
 * @param options.configurations  of each coupling, the first ones (default all)
 */
export function labelledFields(
  folder: GeneratedFolder,
  set: string,
  options: { configurations?: number } = {},
): Labelled {
  takes("labelledFields", {
    folder: [folder, aGeneratedFolder],
    set: [set, name],
    options: [options, record({ configurations: optional(firstOnes) })],
  });
  const { configurations = Infinity } = options;
  const ensembles = folder.couplings.map((kappa) => {
    const { fields } = folder.ensemble(set, kappa);
    const kept = Math.min(configurations, fields.shape[0]);
    return tensor(
      [kept, ...fields.shape.slice(1)],
      fields.data.subarray(0, kept * size(fields.shape.slice(1))),
    );
  });
  const total = ensembles.reduce((sum, { shape }) => sum + shape[0], 0);
  const shape = ensembles[0].shape.slice(1);
  const x = tensor([total, 1, ...shape]);
  const kappa = new Float64Array(total);
  let at = 0;
  ensembles.forEach((fields, k) => {
    x.data.set(fields.data, at * size(shape));
    kappa.fill(folder.couplings[k], at, at + fields.shape[0]);
    at += fields.shape[0];
  });
  return { x, kappa };
}

/**
 * The observables of all configurations of a set, see `observables`: x [n,
 * observables], and their names.
 */
export function labelledObservables(
  folder: GeneratedFolder,
  set: string,
  options: ObservablesOptions = {},
): Labelled & { readonly names: readonly string[] } {
  takes("labelledObservables", {
    folder: [folder, aGeneratedFolder],
    set: [set, name],
    options: [options, record({ modulus: optional(truth), extra: optional(listOf(text)) })],
  });
  const on = lattice(folder.manifest.lattice);
  const names = observableNames(on, options);
  const rows: Float64Array[] = [];
  const kappa: number[] = [];
  for (const coupling of folder.couplings) {
    const { fields } = folder.ensemble(set, coupling);
    for (let n = 0; n < fields.shape[0]; n++) {
      rows.push(observables(row(fields, n), on, options));
      kappa.push(coupling);
    }
  }
  const x = tensor([rows.length, names.length]);
  rows.forEach((values, n) => row(x, n).set(values));
  return { x, kappa: Float64Array.from(kappa), names };
}
