import { record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { takesField } from "../arguments.js";
import { ConfigError } from "../../core/errors.js";
import { oneOf, shown } from "../../core/oneOf.js";
import type { Lattice } from "../lattice/lattice.js";

/** Options of `paramagneticObservable`. */
export interface ParamagneticOptions {
  /**
   * The axis μ₁ along which sites are paired, 0 by default; μ₂ and μ₃ are two others. "all" sums
   * over every choice.
   */
  readonly direction?: number | "all";
  /** "corrected" (one modulus, the default) or "printed" (two). */
  readonly form?: "corrected" | "printed";
  /** The image under the staggered map, Eq. (6): O_PM of (−1)^n φ(n) (default false). */
  readonly staggered?: boolean;
}

/**
 * The observable of the paramagnetic phase that Blücher et al. 2020 read off a learnt filter.
 *
 *   O_PM = 1/|Λ| Σ_n |φ(n) + φ(n+μ̂₁) − φ(n+μ̂₂+μ̂₃) − φ(n+μ̂₁+μ̂₂+μ̂₃)|        corrected
 *   O_PM = 1/|Λ| Σ_n [|φ(n) + φ(n+μ̂₁)| − |φ(n+μ̂₂+μ̂₃) + φ(n+μ̂₁+μ̂₂+μ̂₃)|] Eq. (9) as printed
 *
 * The printed form is the difference of one sum and its translate by μ̂₂ + μ̂₃: zero for every
 * field, up to rounding. The text below Eq. (9) calls for the modulus of a derivative, which is the
 * corrected form.
 * `direction: "all"` is the isotropic sum that the text mentions: 3 terms in three dimensions, 12
 * in four (each μ₁ with each pair of the other axes).
 * @throws ConfigError on a two-dimensional lattice, which has no three directions, or for a
 *   direction outside it;
 *         ShapeError if `field` does not belong to `lattice`
 */
export function paramagneticObservable(
  field: Float64Array,
  lattice: Lattice,
  options: ParamagneticOptions = {},
): number {
  takesField("paramagneticObservable", field, lattice);
  takes("paramagneticObservable", { options: [options, record()] });
  const { direction = 0, form = "corrected", staggered = false } = options;
  oneOf(form, ["corrected", "printed"], "paramagneticObservable: form");
  const { dimensions } = lattice;
  if (dimensions < 3) {
    const fact = `the lattice [${lattice.shape}] has two directions and the block needs three`;
    throw new ConfigError(`paramagneticObservable: ${fact}. Use a 3-d or 4-d one.`);
  }
  if (
    direction !== "all" &&
    !(Number.isInteger(direction) && direction >= 0 && direction < dimensions)
  ) {
    const cure = `use "all" or an axis from 0 to ${dimensions - 1}`;
    throw new ConfigError(`paramagneticObservable: direction is ${shown(direction)}; ${cure}.`, {
      direction,
    });
  }
  const sign = staggered ? -1 : 1; // of a step along μ₁; along μ̂₂ + μ̂₃ the two signs cancel
  if (direction !== "all") {
    const [second, third] = [0, 1, 2, 3].filter((axis) => axis !== direction);
    return blockAverage(field, lattice, [direction, second, third], sign, form);
  }
  let sum = 0;
  for (let first = 0; first < dimensions; first++) {
    for (let second = 0; second < dimensions; second++) {
      for (let third = second + 1; third < dimensions; third++) {
        if (second !== first && third !== first)
          sum += blockAverage(field, lattice, [first, second, third], sign, form);
      }
    }
  }
  return sum;
}

function blockAverage(
  field: Float64Array,
  lattice: Lattice,
  axes: readonly number[],
  sign: number,
  form: "corrected" | "printed",
): number {
  const { neighbours, sites } = lattice;
  const stride = 2 * lattice.dimensions;
  const [first, second, third] = axes;
  let sum = 0;
  for (let n = 0; n < sites; n++) {
    const across = neighbours[neighbours[n * stride + second] * stride + third];
    const here = field[n] + sign * field[neighbours[n * stride + first]];
    const there = field[across] + sign * field[neighbours[across * stride + first]];
    sum += form === "corrected" ? Math.abs(here - there) : Math.abs(here) - Math.abs(there);
  }
  return sum / sites;
}
