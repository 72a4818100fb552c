import { ConfigError } from "../../core/errors.js";
import { power } from "../../core/power.js";

/** Parameters of the dimensionful action (A1) in d dimensions. */
export interface BareParameters {
  /** Bare mass squared m₀²; negative in much of the broken phase. */
  readonly massSquared: number;
  /** Bare coupling g₀ of (g₀/4!) φ₀⁴; (A2) calls it λ₀. */
  readonly coupling: number;
  /** Lattice spacing a. */
  readonly spacing: number;
  readonly dimensions: number;
}

/** Parameters of the dimensionless action, Eqs. (1) and (A3). */
export interface DimensionlessParameters {
  readonly hoppingParameter: number;
  readonly quarticCoupling: number;
}

function check(
  what: string,
  values: Readonly<Record<string, number>>,
  positive: readonly string[],
): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value))
      throw new ConfigError(`${what}: ${name} is ${value}; it must be a finite number.`, values);
  }
  for (const name of positive) {
    if (!(values[name] > 0))
      throw new ConfigError(`${what}: ${name} is ${values[name]}; (A2) needs it positive.`, values);
  }
  if (!(values.coupling === undefined || values.coupling >= 0)) {
    throw new ConfigError(
      `${what}: coupling is ${values.coupling}; below 0 the action has no minimum. Use 0 or more.`,
      values,
    );
  }
}

/**
 * The dimensionless parameters of the action (A1), and the factor of the field, φ₀ = fieldScale ·
 * φ.
 *
 *   a^{(d−2)/2} φ₀ = (2κ)^{1/2} φ, (a m₀)² = (1 − 2λ)/κ − 2d, a^{4−d} g₀ = 6λ/κ² Blücher et al.
 *   2020, (A2)
 *
 * Eliminating λ gives a quadratic equation in κ with one positive root. With these both actions are
 * equal, without a constant.
 * @throws ConfigError if a > 0 or g₀ ≥ 0 fails, or where g₀ = 0 and no κ solves the equations
 */
export function toDimensionless(
  bare: BareParameters,
): DimensionlessParameters & { readonly fieldScale: number } {
  const { massSquared, coupling, spacing, dimensions } = bare;
  check("toDimensionless", { massSquared, coupling, spacing, dimensions }, [
    "spacing",
    "dimensions",
  ]);
  const b = spacing * spacing * massSquared + 2 * dimensions;
  const g = power(spacing, 4 - dimensions) * coupling;
  // (g/3) κ² + b κ − 1 = 0, in the form that loses no digits for b > 0 and holds at g = 0
  const root = Math.sqrt(b * b + (4 / 3) * g);
  const kappa = b > 0 ? 2 / (b + root) : (root - b) / ((2 / 3) * g);
  if (!(Number.isFinite(kappa) && kappa > 0)) {
    const fact = `(a m₀)² is ${b - 2 * dimensions}, and without a coupling the field is stable only above −2d = ${-2 * dimensions}`;
    throw new ConfigError(`toDimensionless: ${fact}. Raise the mass or give a positive coupling.`, {
      ...bare,
    });
  }
  return {
    hoppingParameter: kappa,
    quarticCoupling: (g * kappa * kappa) / 6,
    fieldScale: fieldScale(kappa, spacing, dimensions),
  };
}

/**
 * The dimensionful parameters of Eq. (1) at lattice spacing a, and the factor of the field, φ₀ =
 * fieldScale · φ: (A2) read forwards.
 * @throws ConfigError unless κ > 0 and a > 0: φ₀ of a negative κ would be imaginary. Use the
 *   symmetry (6) first
 */
export function toDimensionful(
  parameters: DimensionlessParameters,
  lattice: { readonly spacing: number; readonly dimensions: number },
): BareParameters & { readonly fieldScale: number } {
  const { hoppingParameter: kappa, quarticCoupling: lambda } = parameters;
  const { spacing, dimensions } = lattice;
  const values = { hoppingParameter: kappa, quarticCoupling: lambda, spacing, dimensions };
  check("toDimensionful", values, ["hoppingParameter", "spacing", "dimensions"]);
  return {
    massSquared: ((1 - 2 * lambda) / kappa - 2 * dimensions) / (spacing * spacing),
    coupling: (6 * lambda) / (kappa * kappa * power(spacing, 4 - dimensions)),
    spacing,
    dimensions,
    fieldScale: fieldScale(kappa, spacing, dimensions),
  };
}

const fieldScale = (kappa: number, spacing: number, dimensions: number): number =>
  Math.sqrt(2 * kappa) * power(spacing, (2 - dimensions) / 2);
