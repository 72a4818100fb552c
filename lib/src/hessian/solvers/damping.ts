import { aDamping, aMatrix } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, NumericalError, ShapeError } from "../../core/errors.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { cholesky, type CholeskyFactor } from "../../linalg/cholesky.js";
import { lowestEigenvalue } from "../../linalg/lowestEigenvalue.js";
import { symmetricEigenvalues } from "../../linalg/symmetricEigen.js";

/**
 * What is added to the Hessian before it is inverted: λ of H + λ1, in the units of the eigenvalues,
 * or a `ScaledDamping`, whose λ has none. H + λ1 holds back ‖θ − θ̃‖², in which all parameters
 * count alike; in other units of targets or inputs they do so differently.
 */
export type Damping = number | ScaledDamping;

/** H + λ diag(m). */
export interface ScaledDamping {
  /** λ. */
  readonly lambda: number;
  /** m > 0, [P], e.g. `parameterScale`: what counts as one unit of curvature for each parameter. */
  readonly scale: Float64Array;
}

/** What the paper adds to the absolute value of the most negative eigenvalue. */
const MARGIN = 0.01;

/**
 * The damping of Dawid et al. 2021, Sec. II F: λ = |E₀| + 0.01, with E₀ the most negative
 * eigenvalue; 0.01 if there is none. (The text says an inverse needs positive eigenvalues. It needs
 * non-zero ones; a minimum needs positive ones.) The 0.01 has the units of the Hessian;
 * `relativeDamping` has none.
 */
export function paperDamping(hessian: Tensor): number {
  takes("paperDamping", { hessian: [hessian, aMatrix] });
  return Math.max(0, -lowestEigenvalue(hessian)) + MARGIN;
}

/** λ. */
export function lambdaOf(damping: Damping): number {
  return typeof damping === "number" ? damping : damping.lambda;
}

export function sameDamping(a: Damping, b: Damping): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return (
    a.lambda === b.lambda &&
    a.scale.length === b.scale.length &&
    a.scale.every((m, p) => m === b.scale[p])
  );
}

/** λ with what it is a part of, in words. */
export function dampingWords(damping: Damping, number: (value: number) => string = String): string {
  return typeof damping === "number"
    ? number(damping)
    : `${number(damping.lambda)} of each group's mean curvature`;
}

/**
 * @param dimension  P, if it is known
 * @throws ConfigError unless λ is a number ≥ 0 and the scale positive, ShapeError if it has not P
 *   entries
 */
export function checkDamping(damping: Damping, caller: string, dimension?: number): void {
  takes(caller, { damping: [damping, aDamping] });
  const lambda = lambdaOf(damping);
  if (!(lambda >= 0 && lambda < Infinity)) {
    throw new ConfigError(`${caller}: the damping must be ≥ 0, got ${lambda}.`, {
      damping: lambda,
    });
  }
  if (typeof damping === "number") return;
  const { scale } = damping;
  if (dimension !== undefined && scale.length !== dimension) {
    const fact = `the damping's scale has ${scale.length} entries for ${dimension} parameters`;
    throw new ShapeError(`${caller}: ${fact}. Take both from one network.`, {
      got: scale.length,
      parameters: dimension,
    });
  }
  const wrong = scale.findIndex((m) => !(m > 0 && m < Infinity));
  if (wrong < 0) return;
  throw new ConfigError(
    `${caller}: the damping's scale is ${scale[wrong]} at parameter ${wrong}; it must be > 0.`,
    { parameter: wrong },
  );
}

/**
 * Factor of H + λ1.
 * @throws NumericalError if that is not positive definite, with the λ that would do
 */
export function factorDamped(hessian: Tensor, damping: number, caller: string): CholeskyFactor {
  const P = hessian.shape[0];
  const shifted = tensor(hessian.shape, hessian.data.slice());
  for (let p = 0; p < P; p++) shifted.data[p * P + p] += damping;
  try {
    return cholesky(shifted);
  } catch (error) {
    const lowest = symmetricEigenvalues(hessian)[0]; // NaN and ±∞ end here, with their own message
    if (lowest + damping > 0) throw error;
    throw new NumericalError(
      `${caller}: the Hessian's lowest eigenvalue is ${lowest.toPrecision(4)}, so with damping ${damping} it is not positive definite. ` +
        `Use a damping λ > ${(-lowest).toPrecision(4)}; the paper takes |E₀| + ${MARGIN} = ${(MARGIN - lowest).toPrecision(4)}.`,
      { lowestEigenvalue: lowest, damping },
    );
  }
}
