import {
  count,
  numbers,
  optional,
  positive,
  record,
  stream,
  tensorOf,
} from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { checkResult } from "../../core/arguments/checkResult.js";
import { matrixOrOperator } from "../arguments.js";
import { ConfigError } from "../../core/errors.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import { lanczos, type LanczosOptions, type LanczosResult } from "../../linalg/lanczos.js";
import { denseOperator, type SymmetricOperator } from "../../linalg/operator.js";
import { rowProducts } from "../../linalg/rowProducts.js";
import { symmetricEigen, type SymmetricEigen } from "../../linalg/symmetricEigen.js";
import { checkGradients } from "../exact/checkGradients.js";

const eigenpairs = record(
  { values: numbers(), vectors: tensorOf(["known", "P"]) },
  "eigenpairs { values, vectors } such as hessian.spectrum makes",
);
const leadingOptions = record({
  leading: count(1),
  tolerance: optional(positive),
  maxSteps: optional(count(1)),
  rng: optional(stream),
});

/** Options of `spectrum` that ask for its upper end alone. */
export interface LeadingOptions extends Pick<LanczosOptions, "tolerance" | "maxSteps" | "rng"> {
  /** How many of the largest eigenvalues. */
  readonly leading: number;
}

/**
 * Eigenvalues (ascending) and eigenvectors of the Hessian: one decomposition serves every m.
 *
 * With `leading` the largest ones alone and their eigenvectors [leading, P], by Lanczos' method
 * from products with H: what `extrapolationScore` needs for m up to their number. The Krylov
 * vectors take
 * `maxSteps` × P numbers. An eigenvector is off by about its residual over the distance to the next
 * eigenvalue, and so is a score whose m ends between two close ones. Where eigenvalues repeat only
 * the space they span is defined: end m below or above them.
 * @throws NotConvergedError with the residuals if they exceed the tolerance after `maxSteps`
 * @example
 * ```ts
 * import { core, hessian } from "phaselens";
 * const { values } = hessian.spectrum(core.tensor([2, 2], [2, 1, 1, 2]));
 * console.log(Array.from(values, (v) => v.toFixed(1)).join(" ")); // → 1.0 3.0
 * ```
 */
export function spectrum(hessian: Tensor): SymmetricEigen;
export function spectrum(
  hessian: Tensor | SymmetricOperator,
  options: LeadingOptions,
): LanczosResult;
export function spectrum(
  hessian: Tensor | SymmetricOperator,
  options?: LeadingOptions,
): SymmetricEigen {
  takes("spectrum", { hessian: [hessian, matrixOrOperator] });
  if (options === undefined) {
    if (!("apply" in hessian)) return symmetricEigen(hessian);
    throw new ConfigError(
      "spectrum: options are undefined, and of an operator the largest eigenvalues alone are found. Give their number: { leading: 12 }.",
    );
  }
  takes("spectrum", { options: [options, leadingOptions] });
  const { leading, ...rest } = options;
  const operator = "apply" in hessian ? hessian : denseOperator(hessian);
  return lanczos(operator, { ...rest, count: leading, which: "highest" });
}

/**
 * Extrapolation score of local ensembles (LEES) for each test point.
 *
 *   ℰ_m(z_test) = ‖U_mᵀ ∇L_test‖₂        Dawid et al. 2021, Eq. (5); Madras et al. 2019
 *
 * U_m holds the P − m eigenvectors that are left when those of the m largest eigenvalues are
 * removed. The score is the length of the gradient in directions that the training data do not
 * determine: 0 means no extrapolation.
 *
 * The other side of the projection needs no more than the m eigenvectors themselves: ℰ_m = ‖∇L_test
 * − U Uᵀ ∇L_test‖ with those in U. So the largest eigenpairs alone (`leading`) serve every
 * m up to their number.
 *
 * @param eigen         `spectrum(hessian)`, or its upper end: values [k] ascending, vectors [k, P]
 * @param testGradients [test, P]; Figs. 5 and 6 use the minimal loss
 * @param m             number of directions taken as determined, 0 ≤ m ≤ k; 12 in Fig. 5
 * @returns             [test]
 * @example
 * ```ts
 * import { core, hessian } from "phaselens";
 * const eigen = hessian.spectrum(core.tensor([2, 2], [5, 0, 0, 0.1]));
 * const gradients = core.tensor([2, 2], [1, 0, 0, 1]);
 * const scores = hessian.extrapolationScore(eigen, gradients, 1);
 * console.log(Array.from(scores, (v) => v.toFixed(1)).join(" ")); // → 0.0 1.0
 * ```
 */
export function extrapolationScore(
  eigen: SymmetricEigen,
  testGradients: Tensor,
  m: number,
): Float64Array {
  takes("extrapolationScore", { eigen: [eigen, eigenpairs] });
  const [known, P] = eigen.vectors.shape;
  takes("extrapolationScore", { "eigen.values": [eigen.values, numbers(0, known)] });
  checkGradients("extrapolationScore", "testGradients", testGradients, P);
  if (!Number.isInteger(m) || m < 0 || m > known) {
    const what = known === P ? "number of parameters" : "number of eigenpairs known";
    throw new ConfigError(
      `extrapolationScore: m must be a whole number from 0 to ${known}, the ${what}, got ${m}.`,
    );
  }
  // Project onto the smaller of the two complementary sets of directions, if both are there
  const removed = known < P || m <= P - m;
  const first = removed ? known - m : 0;
  const count = removed ? m : P - m;
  const directions = tensor(
    [count, P],
    eigen.vectors.data.subarray(first * P, (first + count) * P),
  );
  const components = rowProducts(testGradients, directions);
  const scores = Float64Array.from({ length: testGradients.shape[0] }, (_, t) => {
    if (!removed) return Math.hypot(...row(components, t));
    // subtract the projections themselves, not their squares: no cancellation when little is left
    const rest = row(testGradients, t).slice();
    for (let k = 0; k < count; k++) {
      const along = components.data[t * count + k];
      for (let p = 0; p < P; p++) rest[p] -= along * directions.data[k * P + p];
    }
    let squares = 0;
    for (let p = 0; p < P; p++) squares += rest[p] ** 2;
    return Math.sqrt(squares);
  });
  checkResult(scores, "extrapolationScore");
  return scores;
}

/**
 * The m of the published toolbox: the two largest eigenvalues, then all above `threshold`. For the
 * authors' network thresholds 1, 0.1, 0.01 and 0.001 give m = 2, 12, 51 and 99.
 * @throws ConfigError if only the upper end of the spectrum is known and does not reach down to the
 *   threshold
 */
export function determinedDirections(eigen: SymmetricEigen, threshold: number): number {
  const [known, P] = eigen.vectors.shape;
  if (known < P && !(eigen.values[0] <= threshold)) {
    throw new ConfigError(
      `determinedDirections: all ${known} eigenvalues known lie above ${threshold}, so there may be more. Ask spectrum for more of them (leading).`,
    );
  }
  return Math.max(2, eigen.values.filter((value) => value > threshold).length);
}
