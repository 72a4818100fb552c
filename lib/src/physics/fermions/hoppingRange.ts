import { ConfigError } from "../../core/errors.js";
import { fieldReach } from "./fieldReach.js";
import { rightTreatment } from "./lightFermions.js";
import type { YukawaParameters } from "../lattice/yukawaParameters.js";

// No run meets a field of this much scalar action a site above the least
const NEVER = 50;

/**
 * ‖K‖, the largest |eigenvalue| of the staggered hops K_nm = Σ_μ ½η_μ(n) [δ(n − m + μ̂) − δ(n − m −
 * μ̂)]:
 *
 *   KᵀK = Σ_μ sin² p_μ,   ‖K‖² = Σ_μ max_k sin²(2πk/N_μ)
 *
 * √d where all extents are multiples of 4; an extent N of 6, 10, … has no momentum π/2 and gives
 * cos²(π/N) instead of 1.
 *
 * The hopping expansion ln det D = tr ln A − Σ_k (1/2k) tr (A⁻¹K)^{2k} converges if and only if the
 * spectral radius ρ of A⁻¹K is below 1. For A > 0, A⁻¹K is similar to the antisymmetric A^{−½} K
 * A^{−½}, and
 *
 *   ‖K‖/(mean of A) ≤ ρ ≤ ‖K‖/√(least A of even sites · least A of odd sites) ≤ ‖K‖/(least A)
 *
 * on the left by Rayleigh's quotient, the eigenvectors of ±i‖K‖ weighing all sites alike. So M_f +
 * gφ > ‖K‖ at all sites suffices, and where its mean is smaller the series diverges.
 */
export function largestHop(shape: readonly number[]): number {
  return Math.sqrt(
    shape.reduce(
      (sum, extent) => sum + (extent % 4 === 0 ? 1 : Math.cos(Math.PI / extent) ** 2),
      0,
    ),
  );
}

/** The same in words, "√3 = 1.73". */
export function describeHop(shape: readonly number[]): string {
  const bound = largestHop(shape);
  return `√${Number((bound * bound).toPrecision(3))} = ${bound.toFixed(2)}`;
}

/**
 * Refuses the expansion where it converges for no field that a run can meet: where the mean of M_f
 * + gφ cannot reach ‖K‖.
 * @throws ConfigError  with the treatment that is right
 */
export function checkHoppingRange(shape: readonly number[], parameters: YukawaParameters): void {
  const { fermionMass, yukawaCoupling } = parameters;
  const reach = fieldReach(parameters, shape.length, NEVER);
  const largest = fermionMass + Math.abs(yukawaCoupling) * reach;
  const bound = largestHop(shape);
  if (largest > bound) return;
  const mass = `M_f + gφ = ${fermionMass} + ${yukawaCoupling} φ`;
  const fact = `${mass} stays below ${largest.toPrecision(3)} for any field of the action`;
  throw new ConfigError(
    `hopping expansion: ${fact}, and the series converges above ${describeHop(shape)} only. ` +
      `Use ${rightTreatment(shape, parameters)}.`,
    { fermionMass, yukawaCoupling, bound },
  );
}

/**
 * Refuses a field to which the expansion gives no weight: a chain that begins with one stays there.
 * @throws ConfigError  if M_f + gφ is not positive somewhere, naming the site
 */
export function checkHoppingStart(
  what: string,
  shape: readonly number[],
  parameters: YukawaParameters,
  field: Float64Array,
): void {
  const { fermionMass, yukawaCoupling } = parameters;
  const site = field.findIndex((phi) => !(fermionMass + yukawaCoupling * phi > 0));
  if (site < 0) return;
  const mass = fermionMass + yukawaCoupling * field[site];
  const fact = `M_f + g φ = ${mass} has not the sign of M_f = ${fermionMass}`;
  throw new ConfigError(
    `${what}: at site ${site} the field is ${field[site]}, so that ${fact}. The hopping ` +
      "expansion needs a heavy fermion. Start nearer to 0, or use " +
      `${rightTreatment(shape, parameters)}.`,
    { site, mass },
  );
}
