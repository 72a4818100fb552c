import { callable, tensorOf } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import { jackknife } from "../../core/statistics/jackknife.js";
import { row, type Tensor } from "../../core/tensor.js";

/**
 * An observable of every configuration.
 * @param fields  [n, …shape], in Monte Carlo order
 * @returns       [n]
 */
export function measure(fields: Tensor, observable: (field: Float64Array) => number): Float64Array {
  takes("measure", {
    fields: [fields, tensorOf(["configurations", "…"])],
    observable: [observable, callable],
  });
  return Float64Array.from({ length: fields.shape[0] }, (_, n) => observable(row(fields, n)));
}

/**
 * The expectation value of an observable, with its error and τ_int by the Γ-method
 * (`core.jackknife`).
 * @param fields             [n, …shape], n ≥ 2, in Monte Carlo order (chains one after the other)
 * @param options.blockSize  configurations a block, for errors of blocks (default: the Γ-method)
 * @example
 * ```ts
 * import { core, physics } from "phaselens";
 * const rng = core.makeRng(1);
 * const fields = core.tensor([200, 4, 4], Float64Array.from({ length: 3200 }, () => rng.normal()));
 * const { mean, error } = physics.ensembleAverage(fields, physics.squaredField); // ⟨φ²⟩ = 1
 * console.log(Math.abs(mean - 1) < 4 * error); // → true
 * ```
 */
export function ensembleAverage(
  fields: Tensor,
  observable: (field: Float64Array) => number,
  options: { readonly blockSize?: number } = {},
): Estimate {
  return jackknife(measure(fields, observable), options);
}
