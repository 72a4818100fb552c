import { makeRng, type Rng } from "phaselens/core";
import type { Action, Lattice } from "phaselens/physics";

/** Independent normal numbers of a width on every site. */
export function randomField(
  { sites }: Lattice,
  rng: Rng = makeRng(1, "field"),
  width: number = 0.8,
): Float64Array {
  return Float64Array.from({ length: sites }, () => width * rng.normal());
}

/**
 * max_n |F_n + ∂S/∂φ_n| / max_n |F_n| over some sites, the derivative by central differences of
 * fourth order: with steps of 1e-3 and S of order 1e3 the truncation is below 1e-9 and rounding
 * about 1e-10.
 */
export function forceError(action: Action, field: Float64Array, sites: Iterable<number>): number {
  const force = new Float64Array(field.length);
  action.force(field, force);
  const h = 1e-3;
  const moved = field.slice();
  const at = (n: number, by: number): number => {
    moved[n] = field[n] + by;
    const value = action.value(moved);
    moved[n] = field[n];
    return value;
  };
  let worst = 0;
  for (const n of sites) {
    const derivative = (8 * (at(n, h) - at(n, -h)) - (at(n, 2 * h) - at(n, -2 * h))) / (12 * h);
    const error = Math.abs(derivative + force[n]);
    if (!(error <= worst)) worst = error; // NaN stays
  }
  return worst / force.reduce((largest, one) => Math.max(largest, Math.abs(one)), 0);
}

/**
 * Configurations of the scalar theory, Blücher et al. 2020, Eq. (1), by plain Metropolis site by
 * site: slow, and independent of the library's samplers. Starts at 0, thermalises for 100 sweeps.
 */
export function* metropolisFields(
  { sites, dimensions, neighbours }: Lattice,
  kappa: number,
  lambda: number,
  sweepsBetween: number,
  rng: Rng,
): Generator<Float64Array, never, void> {
  const field = new Float64Array(sites);
  for (let sweep = 0; ; sweep++) {
    if (sweep >= 100 && sweep % sweepsBetween === 0) yield field.slice();
    for (let n = 0; n < sites; n++) {
      let sum = 0;
      for (let k = 0; k < 2 * dimensions; k++) sum += field[neighbours[n * 2 * dimensions + k]];
      const local = (phi: number): number =>
        -2 * kappa * sum * phi + (1 - 2 * lambda) * phi ** 2 + lambda * phi ** 4;
      const proposal = field[n] + 2.5 * (rng.uniform() - 0.5);
      if (rng.uniform() < Math.exp(local(field[n]) - local(proposal))) field[n] = proposal;
    }
  }
}
